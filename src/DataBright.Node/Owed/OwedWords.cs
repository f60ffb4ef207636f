using DataBright.Market.Owed;

namespace DataBright.Node.Owed;

/// <summary>How kinds of debts are written on pages, and where what owes them is shown.</summary>
internal static class OwedWords
{
    /// <summary>As the beginning of a line.</summary>
    public static string Of(DebtKind kind) => char.ToUpperInvariant(kind.Label[0]) + kind.Label[1..];

    /// <summary>Null for what has no page of its own.</summary>
    public static string? PathOf(string noun) => noun switch
    {
        "job" => "/jobs",
        "dataset" => "/datasets",
        "proposal" => "/proposals",
        "request" => "/requests",
        "model" => "/models",
        _ => null,
    };
}
