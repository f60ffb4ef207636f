using DataBright.Cli.Terminal;
using DataBright.Market;
using DataBright.Market.Datasets;

namespace DataBright.Cli.Datasets;

/// <summary>A dataset's rules, every one of them, in lines that fit a terminal.</summary>
internal static class RulesScreen
{
    /// <param name="policy">The rules.</param>
    /// <param name="curators">Their names; nobody where shareholders decide.</param>
    public static (string What, object? Value)[] Of(DatasetPolicy policy, IReadOnlyList<string> curators) =>
    [
        ("Votes", $"for {Wording.Span(policy.VotingPeriod)}; quorum {Wording.Bps(policy.QuorumBps)} of all shares, accepted above {Wording.Bps(policy.ThresholdBps)} yes{Late(policy)}"),
        ("Sealed", policy.RevealPeriod == TimeSpan.Zero ? null : $"until the vote is over, then revealed within {Wording.Span(policy.RevealPeriod)}"),
        ("Curators", curators.Count == 0 ? null : $"{string.Join(", ", curators)}; they judge first, shareholders on appeal"),
        ("Delisting", $"above {Wording.Bps(policy.DelistThresholdBps)} yes"),
        ("Bond", $"{Wording.Of(policy.ProposalBond)} a proposal; lost by rejection only"),
        ("Minted", $"{Shares(policy.SharesPerPoint)} a point × (1 + {Wording.Bps((int)policy.GainBonusBps)} × the lower end of the measured gain's 95 % interval), {policy.SharesCap} shares a proposal at most"),
        ("A training job pays", $"{Wording.Of(policy.TrainingPrice)}: {Wording.Bps(policy.UsageBps)} to contributors by the use of their points, {Wording.Bps(10_000 - policy.UsageBps)} to shareholders"),
        ("Royalty", $"{Wording.Bps(policy.RoyaltyBps)} of what its models earn, to shareholders"),
    ];

    private static string Shares(ShareAmount shares) => shares == ShareAmount.Whole(1) ? "1 share" : $"{shares} shares";

    private static string Late(DatasetPolicy policy) => policy.LateQuorum == TimeSpan.Zero || policy.RevealPeriod > TimeSpan.Zero ? "" : $"; a quorum or a turn in the last {Wording.Span(policy.LateQuorum)} extends it once";
}
