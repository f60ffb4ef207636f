using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Datasets;

namespace DataBright.Market.Datasets;

/// <summary>The rules of a dataset, fixed when it is created. Parts are per ten thousand (<c>Bps</c>).</summary>
public sealed record DatasetPolicy
{
    /// <summary>How long votes (where shielded: commitments to votes) are taken, in whole seconds, at most 90 days.</summary>
    public TimeSpan VotingPeriod { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long shielded votes are revealed after that, at most 90 days; zero means open votes.</summary>
    public TimeSpan RevealPeriod { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// A quorum that comes, or with it an outcome that turns, in this last stretch extends the deadline once by as much, in whole minutes.
    /// Zero: never.
    /// </summary>
    public TimeSpan LateQuorum { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Part of the shares that must vote.</summary>
    public int QuorumBps { get; init; } = 2_000;

    /// <summary>A proposal is accepted when more than this part of the votes cast is yes; 5,000 at least.</summary>
    public int ThresholdBps { get; init; } = 5_000;

    /// <summary>The same for taking a shard off the list.</summary>
    public int DelistThresholdBps { get; init; } = 6_667;

    /// <summary>Shares are multiplied by 1 + bonus × measured gain.</summary>
    public long GainBonusBps { get; init; } = 10_000;

    /// <summary>Put up by a proposer; lost to the shareholders by rejection only.</summary>
    public Money ProposalBond { get; init; } = Money.Dollars(10);

    /// <summary>Minted for each accepted data point, before the bonus.</summary>
    public ShareAmount SharesPerPoint { get; init; } = ShareAmount.Whole(1);

    /// <summary>The most shares one proposal may mint.</summary>
    public ShareAmount SharesCap { get; init; } = ShareAmount.Whole(1_000_000);

    /// <summary>What each training job pays for the data.</summary>
    public Money TrainingPrice { get; init; } = Money.Dollars(100);

    /// <summary>
    /// Part of that which goes to contributors by the use their points were of; the rest is the shareholders'. It waits until the job's
    /// scheduler has posted who gets what.
    /// </summary>
    public int UsageBps { get; init; } = 5_000;

    /// <summary>Part of what models trained on the dataset earn that goes to the shareholders; 5,000 at most.</summary>
    public int RoyaltyBps { get; init; } = 2_000;

    internal Contract.Policy ToContract() => new(
        VotingPeriod: checked((uint)VotingPeriod.TotalSeconds),
        RevealPeriod: checked((uint)RevealPeriod.TotalSeconds),
        LateQuorumMinutes: checked((ushort)LateQuorum.TotalMinutes),
        QuorumBps: checked((ushort)QuorumBps),
        ThresholdBps: checked((ushort)ThresholdBps),
        DelistThresholdBps: checked((ushort)DelistThresholdBps),
        GainBonusBps: checked((uint)GainBonusBps),
        ProposalBond: ProposalBond.Units,
        SharesPerPoint: SharesPerPoint.Units,
        SharesCap: SharesCap.Units,
        TrainingPrice: TrainingPrice.Units,
        UsageBps: checked((ushort)UsageBps),
        RoyaltyBps: checked((ushort)RoyaltyBps));

    internal static DatasetPolicy From(Contract.Policy policy) => new()
    {
        VotingPeriod = ChainTime.Span((ulong)policy.VotingPeriod),
        RevealPeriod = ChainTime.Span((ulong)policy.RevealPeriod),
        LateQuorum = TimeSpan.FromMinutes(policy.LateQuorumMinutes),
        QuorumBps = policy.QuorumBps,
        ThresholdBps = policy.ThresholdBps,
        DelistThresholdBps = policy.DelistThresholdBps,
        GainBonusBps = policy.GainBonusBps,
        ProposalBond = new Money(policy.ProposalBond),
        SharesPerPoint = new ShareAmount(policy.SharesPerPoint),
        SharesCap = new ShareAmount(policy.SharesCap),
        TrainingPrice = new Money(policy.TrainingPrice),
        UsageBps = policy.UsageBps,
        RoyaltyBps = policy.RoyaltyBps,
    };
}
