namespace DataBright.Node.Actions;

/// <summary>Something that people do from the pages.</summary>
/// <param name="Name">As it stands in addresses.</param>
/// <param name="Summary">For those who program against it.</param>
/// <param name="Fields">What is filled in, for those who program against it.</param>
/// <param name="Prepare">Makes it ready to be signed. It changes nothing.</param>
internal sealed record MarketAction(string Name, string Summary, string[] Fields,
    Func<ActionForm, ActionContext, CancellationToken, Task<PreparedAction>> Prepare)
{
    /// <summary>An action that an object of its word makes ready, built with whatever of the node it needs.</summary>
    public static MarketAction By<TMaker>(string name, string summary, string[] fields,
        Func<TMaker, ActionForm, CancellationToken, Task<PreparedAction>> prepare)
        where TMaker : class => new(name, summary, fields, (form, context, stop) => prepare(context.Make<TMaker>(), form, stop));
}
