using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;

namespace DataBright.Services.Relays;

/// <summary>What a relayer spends, and for whom.</summary>
public sealed record RelayTerms
{
    /// <summary>Ballots, and as many claims, for one account in any 24 hours.</summary>
    public int PerAccount { get; init; } = 20;

    /// <summary>Transactions for everybody in any 24 hours.</summary>
    public int PerDay { get; init; } = 2_000;

    /// <summary>What stays in the account, in wei: below it nothing is carried.</summary>
    public Uint256 Floor { get; init; } = Uint256.Parse("10000000000000000");

    /// <summary>The most that one transaction may cost at the chain's fees of the moment, in wei.</summary>
    public Uint256 MaxCost { get; init; } = Uint256.Parse("20000000000000000");

    /// <summary>The most gas that one transaction may take.</summary>
    public ulong MaxGas { get; init; } = 400_000;

    /// <summary>What a claim must come to. Nobody makes the relayer carry crumbs.</summary>
    public Money MinClaim { get; init; } = Money.Parse("0.01");

    /// <summary>How long a ballot must be good for still, so that it is not too late when it is in a block.</summary>
    public TimeSpan MinTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How it sends: however dear gas becomes while a transaction waits, no more is offered than makes the most a transaction may cost.
    /// </summary>
    internal SendingOptions Sending => new() { MaxPerGas = MaxCost / (Uint256)Math.Max(1, MaxGas) };
}

/// <summary>A ballot that was carried to the ledger.</summary>
public sealed record RelayedVote(Vote Vote, Hash32 Transaction, ulong Block);

/// <summary>A holder that was paid its dividends; the gas was the relayer's.</summary>
public sealed record RelayedClaim(DatasetId Dataset, Address Holder, Money Amount, Hash32 Transaction, ulong Block);

/// <summary>How a relayer stands.</summary>
/// <param name="Address">Whose ether pays.</param>
/// <param name="Balance">What it has, in wei.</param>
/// <param name="Floor">What stays in it, in wei.</param>
/// <param name="LeftToday">Transactions that it would carry still within 24 hours.</param>
public sealed record RelayerState(Address Address, Uint256 Balance, Uint256 Floor, int LeftToday)
{
    public bool Carries => Balance > Floor && LeftToday > 0;
}

/// <summary>Why a relayer does not carry something that the market's rules would allow.</summary>
public enum RelayRefusal
{
    /// <summary>
    /// The voter did not sign the ballot, or signed it for another market. Ballots of contracts are not carried: their checks could burn
    /// gas.
    /// </summary>
    SignatureInvalid,

    /// <summary>It would be too late when it is in a block.</summary>
    TooLate,

    /// <summary>The account, or all of them, have had their share of today.</summary>
    TooMany,

    /// <summary>There is too little in the account that pays gas.</summary>
    GasBudgetEmpty,

    /// <summary>It takes more gas, or gas is dearer, than the relayer pays for.</summary>
    TooCostly,

    /// <summary>The claim comes to too little.</summary>
    TooLittle,
}

/// <summary>A relayer does not carry something; no gas was spent.</summary>
public sealed class RelayRefusedException(RelayRefusal refusal, string message) : RefusedException(KindOf(refusal), $"{refusal}", message)
{
    public RelayRefusal Refusal => refusal;

    private static FailureKind KindOf(RelayRefusal refusal) => refusal switch
    {
        RelayRefusal.SignatureInvalid => FailureKind.Denied,
        RelayRefusal.TooMany => FailureKind.TooMany,
        RelayRefusal.GasBudgetEmpty or RelayRefusal.TooCostly => FailureKind.Unavailable,
        _ => FailureKind.Invalid,
    };
}
