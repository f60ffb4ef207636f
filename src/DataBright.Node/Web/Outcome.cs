namespace DataBright.Node.Web;

/// <summary>What came of an action.</summary>
/// <param name="Good">It was done.</param>
/// <param name="Says">What happened, or why not and what to do.</param>
/// <param name="Transaction">The last one of it; null where none got into a block.</param>
internal sealed record Outcome(bool Good, string Says, Hash32? Transaction);
