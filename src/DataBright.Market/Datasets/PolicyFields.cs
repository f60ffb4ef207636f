namespace DataBright.Market.Datasets;

/// <summary>All fields of a dataset's policy. Options, forms, terminal and page go through this list.</summary>
public static class PolicyFields
{
    private static readonly DatasetPolicy Usual = new();

    /// <summary>In the order in which they are asked for and listed.</summary>
    public static IReadOnlyList<PolicyField> All { get; } =
    [
        Field("voting-period", PolicyUnit.Time, "How long votes are taken", "Votes are taken for", "{0}",
            policy => policy.VotingPeriod, (policy, time) => policy with { VotingPeriod = time }),
        Field("reveal-period", PolicyUnit.Time, "Votes are sealed, and opened for so long after the voting period",
            "Sealed, opened for", "{0} after that",
            policy => policy.RevealPeriod, (policy, time) => policy with { RevealPeriod = time }) with
        {
            CanBeZero = true,
            UsualText = "votes are open",
            IsShown = policy => policy.RevealPeriod > TimeSpan.Zero,
        },
        Field("late-quorum", PolicyUnit.Time, "A quorum or a turn in this last stretch extends the vote once by as much; 0: never",
            "Extended once by", "{0}, by a quorum or a turn in that last stretch",
            policy => policy.LateQuorum, (policy, time) => policy with { LateQuorum = time }) with
        {
            CanBeZero = true,
            Usual = policy => LateQuorum(policy),
            UsualText = "6h, at most half of the voting period",
            IsShown = policy => policy.LateQuorum > TimeSpan.Zero && policy.RevealPeriod == TimeSpan.Zero,
        },
        Field("quorum", PolicyUnit.Part, "Part of all shares that must vote", "Quorum", "{0} of all shares",
            policy => policy.QuorumBps, (policy, part) => policy with { QuorumBps = part }),
        Field("threshold", PolicyUnit.Part, "Accepted when more than this part of the votes is yes", "Accepted above", "{0} yes",
            policy => policy.ThresholdBps, (policy, part) => policy with { ThresholdBps = part }),
        Field("delist-threshold", PolicyUnit.Part, "A shard is taken off the list when more than this part of the votes is yes",
            "Delisted above", "{0} yes",
            policy => policy.DelistThresholdBps, (policy, part) => policy with { DelistThresholdBps = part }),
        Field("bond", PolicyUnit.Dollars, "What a proposer puts up; lost by rejection only", "Proposal bond", "{0}; lost by rejection only",
            policy => policy.ProposalBond, (policy, bond) => policy with { ProposalBond = bond }),
        Field("shares-per-point", PolicyUnit.Shares, "Minted for each accepted point", "Shares per point", "{0}",
            policy => policy.SharesPerPoint, (policy, shares) => policy with { SharesPerPoint = shares }),
        Field("gain-bonus", PolicyUnit.Factor, "Shares are multiplied by 1 + bonus × the lower end of the measured gain's 95 % interval",
            "Bonus for gain", "× (1 + {0} × the lower end of the measured gain’s 95 % interval)",
            policy => checked((int)policy.GainBonusBps), (policy, factor) => policy with { GainBonusBps = factor }),
        Field("shares-cap", PolicyUnit.Shares, "The most that one proposal may mint", "Shares per proposal", "{0} at most",
            policy => policy.SharesCap, (policy, shares) => policy with { SharesCap = shares }),
        Field("training-price", PolicyUnit.Dollars, "What each training job pays for the data", "A training job pays", "{0}",
            policy => policy.TrainingPrice, (policy, price) => policy with { TrainingPrice = price }),
        Field("usage", PolicyUnit.Part, "Part of that which goes to contributors by the use of their points; the rest to shareholders",
            "Of it by use of points", "{0} to contributors, the rest to shareholders",
            policy => policy.UsageBps, (policy, part) => policy with { UsageBps = part }),
        Field("royalty", PolicyUnit.Part, "Part of what its models earn that goes to shareholders", "Of what its models earn",
            "{0} to shareholders",
            policy => policy.RoyaltyBps, (policy, part) => policy with { RoyaltyBps = part }),
    ];

    /// <summary>The policy that follows from some values; the usual ones stand where none is given.</summary>
    /// <param name="given">The value of a field, of the type of its unit; null for the usual one.</param>
    public static DatasetPolicy Build(Func<PolicyField, object?> given) =>
        All.Aggregate(Usual, (policy, field) => field.With(policy, given(field) ?? field.Usual(policy)));

    /// <summary>The usual late quorum; in a short vote, half of the voting period in whole minutes.</summary>
    private static TimeSpan LateQuorum(DatasetPolicy policy) =>
        policy.VotingPeriod < Usual.LateQuorum * 2
            ? TimeSpan.FromMinutes(Math.Floor(policy.VotingPeriod.TotalMinutes / 2))
            : Usual.LateQuorum;

    private static PolicyField Field<T>(
        string name, PolicyUnit unit, string description, string heading, string row,
        Func<DatasetPolicy, T> get, Func<DatasetPolicy, T, DatasetPolicy> with) where T : notnull =>
        new(name, unit, description, heading, row)
        {
            Get = policy => get(policy),
            With = (policy, value) => with(policy, (T)value),
            Usual = _ => get(Usual),
        };
}
