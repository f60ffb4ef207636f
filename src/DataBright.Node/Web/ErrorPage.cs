using DataBright.Node.Rest;
using DataBright.Node.Web.Parts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Web;

/// <summary>A page like the others, with the status and the words of what went wrong.</summary>
internal sealed class ErrorPage : IErrorPage
{
    public Task ShowAsync(HttpContext context, int status, string title, string detail) =>
        new RazorComponentResult<TroublePage>(new { Status = status, Title = title,
            Detail = detail }) { StatusCode = status }.ExecuteAsync(context);
}
