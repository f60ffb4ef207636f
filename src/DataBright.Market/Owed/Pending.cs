using DataBright.Ethereum;

namespace DataBright.Market.Owed;

/// <summary>Money of an account that is locked, or that something has yet to happen to: not its own yet.</summary>
/// <param name="Kind">What it would become.</param>
/// <param name="Source">Where it is.</param>
/// <param name="Amount">How much; null where that cannot be told here.</param>
/// <param name="Until">The time that it waits for; null where it waits for something else.</param>
/// <param name="Waits">What for, in words.</param>
public sealed record Pending(DebtKind Kind, DebtSource Source, Money? Amount, DateTimeOffset? Until, string Waits)
{
    /// <summary>The contract that has the money; null where other debts name it already.</summary>
    public Address? HeldBy { get; init; }
}
