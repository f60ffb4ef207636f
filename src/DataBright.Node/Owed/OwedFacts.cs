using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Owed;

namespace DataBright.Node.Owed;

/// <summary>Everything that the market owes an account, what is not yet its own, and the transactions that collect it.</summary>
/// <param name="Total">What can be collected now.</param>
/// <param name="Pending">What is locked, runs, or waits for somebody.</param>
/// <param name="Missed">What could not be read, in words: there may be more than is told here.</param>
/// <param name="Transactions">To be sent one after the other, by the account; one that fails leaves the others as they are.</param>
public sealed record OwedFacts(
    Address Account, Money Total, IReadOnlyList<DebtFacts> Debts, IReadOnlyList<PendingFacts> Pending,
    IReadOnlyList<CollectionFacts> Transactions, IReadOnlyList<string> Missed)
{
    public static OwedFacts Of(OwedAccount owed) => new(
        owed.Account, owed.Total,
        [.. owed.Debts.Select(debt => new DebtFacts(debt.Kind, debt.Source.Noun, debt.Source.Number, debt.Amount))],
        [.. owed.Pending.Select(one => new PendingFacts(one.Kind, one.Source.Noun, one.Source.Number, one.Amount, one.Until, one.Waits))],
        [.. OwedPlan.Of(owed, owed.Account)
            .Select(step => new CollectionFacts(step.Summary, step.Call.To, Hex.Encode(step.Call.Data), step.Amount))],
        owed.Missed);
}

/// <summary>Something that is owed.</summary>
/// <param name="Noun">What owes it: a job, a dataset, a proposal; all jobs together.</param>
/// <param name="Number">Which one; null where all of them owe together.</param>
public sealed record DebtFacts(DebtKind Kind, string Noun, ulong? Number, Money Amount);

/// <summary>Money that is not yet the account's own.</summary>
/// <param name="Amount">Null where it cannot be told here.</param>
/// <param name="Until">The time that it waits for; null where it waits for something else.</param>
/// <param name="Waits">What for, in words.</param>
public sealed record PendingFacts(DebtKind Kind, string Noun, ulong? Number, Money? Amount, DateTimeOffset? Until, string Waits);

/// <summary>A transaction that collects.</summary>
/// <param name="Amount">What it pays out; nothing where it makes a contract credit something that a later one pays.</param>
public sealed record CollectionFacts(string Says, Address To, string Data, Money Amount);
