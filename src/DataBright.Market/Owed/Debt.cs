using DataBright.Ethereum;

namespace DataBright.Market.Owed;

/// <summary>Why the market owes somebody money. docs/ledger.md says of each what makes it and which call pays it.</summary>
public enum DebtKind
{
    /// <summary>What jobs have credited: pay that was claimed, refunds, what a job did not spend, parts of slashed stakes.</summary>
    JobCredit,

    /// <summary>What predictions have credited: workers' parts, owners' parts, what closed channels had left.</summary>
    PredictionCredit,

    /// <summary>What usage dividends have credited: bonds of those who were right.</summary>
    UsageCredit,

    /// <summary>A line of a settled job's pay sheet.</summary>
    Wage,

    /// <summary>What shares have earned.</summary>
    Dividend,

    /// <summary>What the use of points has earned.</summary>
    UsageDividend,

    /// <summary>A proposer's bond.</summary>
    Bond,

    /// <summary>What a request pays for an accepted shard.</summary>
    Reward,

    /// <summary>A sponsor's part of what a request has left.</summary>
    Sponsorship,

    /// <summary>The price of an order that was not done in time.</summary>
    OrderRefund,

    /// <summary>What a channel has left, once it may be closed.</summary>
    ChannelRest,

    /// <summary>The owner's part of what a model earned, by predictions and by royalties of its children.</summary>
    Earnings,

    /// <summary>A bond that is up for a usage dividend.</summary>
    UsageBond,

    /// <summary>A worker's stake.</summary>
    Stake,
}

/// <summary>Where a debt comes from: one thing of the market, or all of a kind together.</summary>
/// <param name="Noun">The market's word for it: <c>job</c>, <c>dataset</c>, <c>proposal</c>.</param>
/// <param name="Number">Which one; null where all of them owe together.</param>
public readonly record struct DebtSource(string Noun, ulong? Number)
{
    public static DebtSource Of<TId>(TId id) where TId : struct, ILedgerId<TId> => new(TId.Noun, id.Value);

    public override string ToString() => Number is { } number ? $"{Noun} {number}" : Noun;
}

/// <summary>Something that the market owes an account and would pay now.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Source">Where from.</param>
/// <param name="Amount">How much, as far as it can be told before it is paid.</param>
/// <param name="Calls">What pays it, or what makes a contract credit it; in order.</param>
public sealed record Debt(DebtKind Kind, DebtSource Source, Money Amount, IReadOnlyList<DebtCall> Calls)
{
    /// <summary>The contract that credits it, whose <c>withdrawFor</c> pays it together with all its other credits; null where the calls pay.</summary>
    public Address? CreditedBy { get; init; }

    /// <summary>Nobody but the account itself may send the calls.</summary>
    public bool OnlyByItself { get; init; }
}

/// <summary>A transaction with what it does, in words.</summary>
public sealed record DebtCall(string Says, ContractCall Call);

/// <summary>Money of an account that is locked, or that something has yet to happen to: not its own yet.</summary>
/// <param name="Kind">What it would become.</param>
/// <param name="Source">Where it is.</param>
/// <param name="Amount">How much; null where that cannot be told here.</param>
/// <param name="Until">The time that it waits for; null where it waits for something else.</param>
/// <param name="Waits">What for, in words.</param>
public sealed record Pending(DebtKind Kind, DebtSource Source, Money? Amount, DateTimeOffset? Until, string Waits);

/// <summary>One account of what the market owes somebody.</summary>
/// <param name="Debts">What can be collected now.</param>
/// <param name="Pending">What is not the account's yet.</param>
public sealed record OwedAccount(Address Account, IReadOnlyList<Debt> Debts, IReadOnlyList<Pending> Pending)
{
    /// <summary>What could not be read, in words: there may be more than is told here.</summary>
    public IReadOnlyList<string> Missed { get; init; } = [];

    /// <summary>All that can be collected now.</summary>
    public Money Total => Money.Sum(Debts.Select(debt => debt.Amount));

    /// <summary>The same account with some debts only.</summary>
    public OwedAccount Only(Func<Debt, bool> which) => this with { Debts = [.. Debts.Where(which)] };
}
