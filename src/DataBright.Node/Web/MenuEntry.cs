namespace DataBright.Node.Web;

/// <summary>A place that every page leads to.</summary>
/// <param name="Order">Where it stands among the others: lower ones come first.</param>
internal sealed record MenuEntry(string Name, string Href, int Order);
