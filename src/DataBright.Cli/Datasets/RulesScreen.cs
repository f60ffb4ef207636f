using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>A dataset's rules, every one of them, in lines that fit a terminal.</summary>
internal static class RulesScreen
{
    /// <param name="policy">The rules.</param>
    /// <param name="curators">Their names; nobody where shareholders decide.</param>
    public static (string What, object? Value)[] Of(DatasetPolicy policy, IReadOnlyList<string> curators) =>
    [
        ("Votes", $"for {TerminalWording.Span(policy.VotingPeriod)}; quorum {TerminalWording.Bps(policy.QuorumBps)} of all shares, accepted above {TerminalWording.Bps(policy.ThresholdBps)} yes{Late(policy)}"),
        ("Sealed", policy.RevealPeriod == TimeSpan.Zero ? null : $"until the vote is over, then revealed within {TerminalWording.Span(policy.RevealPeriod)}"),
        ("Curators", curators.Count == 0 ? null : $"{string.Join(", ", curators)}; they judge first, shareholders on appeal"),
        ("Delisting", $"above {TerminalWording.Bps(policy.DelistThresholdBps)} yes"),
        ("Bond", $"{TerminalWording.Of(policy.ProposalBond)} a proposal; lost by rejection only"),
        ("Minted", $"{Shares(policy.SharesPerPoint)} a point × (1 + {TerminalWording.Bps((int)policy.GainBonusBps)} × the lower end of the measured gain's 95 % interval), {policy.SharesCap} shares a proposal at most"),
        ("A training job pays", $"{TerminalWording.Of(policy.TrainingPrice)}: {TerminalWording.Bps(policy.UsageBps)} to contributors by the use of their points, {TerminalWording.Bps(10_000 - policy.UsageBps)} to shareholders"),
        ("Royalty", $"{TerminalWording.Bps(policy.RoyaltyBps)} of what its models earn, to shareholders"),
    ];

    private static string Shares(ShareAmount shares) => shares == ShareAmount.Whole(1) ? "1 share" : $"{shares} shares";

    private static string Late(DatasetPolicy policy) => policy.LateQuorum == TimeSpan.Zero || policy.RevealPeriod > TimeSpan.Zero ? "" : $"; a quorum or a turn in the last {TerminalWording.Span(policy.LateQuorum)} extends it once";
}
