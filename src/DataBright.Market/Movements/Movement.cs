using DataBright.Ethereum;

namespace DataBright.Market.Movements;

/// <summary>Why tokens moved.</summary>
public enum MovementKind
{
    /// <summary>What an account had before the first movement that is told.</summary>
    Opening,

    /// <summary>From somebody to somebody, without the market.</summary>
    Transfer,

    /// <summary>Made out of nothing: test dollars, or shares for accepted points.</summary>
    Minted,

    /// <summary>A proposer's bond.</summary>
    Bond,

    /// <summary>The price of a job.</summary>
    Order,

    /// <summary>What jobs had credited: wages, refunds, rewards.</summary>
    JobCredit,

    /// <summary>A worker's stake.</summary>
    Stake,

    /// <summary>A dividend by shares.</summary>
    Dividend,

    /// <summary>A dividend by the use of points.</summary>
    UsageDividend,

    /// <summary>A bond of a usage dividend.</summary>
    UsageBond,

    /// <summary>What usage dividends had credited.</summary>
    UsageCredit,

    /// <summary>A part of a request's pot.</summary>
    Sponsorship,

    /// <summary>What a request paid for a shard.</summary>
    Reward,

    /// <summary>A deposit of a prediction channel.</summary>
    Deposit,

    /// <summary>What predictions had credited: workers' parts, owners' parts, rests of deposits.</summary>
    PredictionCredit,
}

/// <summary>What moves: the market's dollar, or the shares of a dataset.</summary>
/// <param name="Shares">The dataset; null for dollars.</param>
public readonly record struct Token(DatasetId? Shares)
{
    public static Token Dollar => default;

    /// <summary>An amount of its smallest units, in words of whole ones.</summary>
    public string Write(UInt128 units) => Shares is null ? new Money(units).ToString() : new ShareAmount(units).ToString();

    public override string ToString() => Shares is { } dataset ? $"shares of dataset {dataset}" : "dollars";
}

/// <summary>A movement of an account's tokens.</summary>
/// <param name="At">When its block was made.</param>
/// <param name="Log">Its place in the block.</param>
/// <param name="Transaction">Zero for an opening.</param>
/// <param name="Counterparty">Whom it came from or went to.</param>
/// <param name="Source">What of the market it was for, such as <c>job 3</c>; null where it was for none.</param>
/// <param name="In">What came, in the token's smallest units.</param>
/// <param name="Out">What went.</param>
/// <param name="Balance">What the account then had of the token.</param>
public sealed record Movement(
    DateTimeOffset At, ulong Block, uint Log, Hash32 Transaction, Token Token, MovementKind Kind, Address Counterparty, string? Source,
    UInt128 In, UInt128 Out, UInt128 Balance);
