namespace DataBright.Node.Rest;

/// <summary>Tells people what went wrong. A node without pages has none.</summary>
internal interface IErrorPage
{
    Task ShowAsync(HttpContext context, int status, string title, string detail);
}
