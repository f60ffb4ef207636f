using DataBright.Market.Owed;

namespace DataBright.Node.Owed;

/// <summary>How kinds of debts are written on pages.</summary>
internal static class OwedWords
{
    /// <summary>As the beginning of a line.</summary>
    public static string Of(DebtKind kind) => char.ToUpperInvariant(kind.Label[0]) + kind.Label[1..];
}
