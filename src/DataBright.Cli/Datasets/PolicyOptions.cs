using System.CommandLine;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>The rules of a new dataset. They are fixed for good, so each can be said.</summary>
internal sealed class PolicyOptions
{
    private static readonly DatasetPolicy Usual = new();

    private readonly Option<TimeSpan> _voting = Rule("--voting-period", Usual.VotingPeriod, Parsing.Span, "How long votes are taken", "3d|12h|30m");
    private readonly Option<int> _quorum = Rule("--quorum", Usual.QuorumBps, Parsing.Percent, "Part of all shares that must vote", "PERCENT");
    private readonly Option<int> _threshold = Rule("--threshold", Usual.ThresholdBps, Parsing.Percent, "Accepted when more than this part of the votes is yes", "PERCENT");
    private readonly Option<Money> _bond = Rule("--bond", Usual.ProposalBond, Money.Parse, "What a proposer puts up; lost by rejection only", "DOLLARS");
    private readonly Option<ShareAmount> _perPoint = Rule("--shares-per-point", Usual.SharesPerPoint, ShareAmount.Parse, "Minted for each accepted point", "SHARES");
    private readonly Option<ShareAmount> _cap = Rule("--shares-cap", Usual.SharesCap, ShareAmount.Parse, "The most that one proposal may mint", "SHARES");
    private readonly Option<int> _bonus = Rule("--gain-bonus", (int)Usual.GainBonusBps, Parsing.Percent, "Shares are multiplied by 1 + bonus × the lower end of the measured gain's 95 % interval", "PERCENT");
    private readonly Option<int> _delisting = Rule("--delist-threshold", Usual.DelistThresholdBps, Parsing.Percent, "A shard is taken off the list when more than this part of the votes is yes", "PERCENT");
    private readonly Option<Money> _price = Rule("--training-price", Usual.TrainingPrice, Money.Parse, "What each training job pays for the data", "DOLLARS");
    private readonly Option<int> _usage = Rule("--usage", Usual.UsageBps, Parsing.Percent, "Part of that which goes to contributors by the use of their points; the rest to shareholders", "PERCENT");
    private readonly Option<int> _royalty = Rule("--royalty", Usual.RoyaltyBps, Parsing.Percent, "Part of what its models earn that goes to shareholders", "PERCENT");
    private readonly Option<TimeSpan> _reveal = Rule("--reveal-period", TimeSpan.Zero, Parsing.Span, "Votes are sealed, and opened for so long after the voting period (default: votes are open)", "3d|12h|30m");

    public static PolicyOptions AddTo(Command command)
    {
        var options = new PolicyOptions();
        foreach (var option in new Option[]
        {
            options._voting, options._quorum, options._threshold, options._bond, options._perPoint, options._cap, options._bonus, options._delisting,
            options._price, options._usage, options._royalty, options._reveal,
        })
            command.Options.Add(option);
        return options;
    }

    public DatasetPolicy Read(ParseResult arguments)
    {
        var voting = arguments.GetValue(_voting);
        return new DatasetPolicy
        {
            VotingPeriod = voting,
            LateQuorum = voting < Usual.LateQuorum * 2 ? TimeSpan.FromMinutes(Math.Floor(voting.TotalMinutes / 2)) : Usual.LateQuorum,
            QuorumBps = arguments.GetValue(_quorum),
            ThresholdBps = arguments.GetValue(_threshold),
            ProposalBond = arguments.GetValue(_bond),
            SharesPerPoint = arguments.GetValue(_perPoint),
            SharesCap = arguments.GetValue(_cap),
            GainBonusBps = arguments.GetValue(_bonus),
            DelistThresholdBps = arguments.GetValue(_delisting),
            TrainingPrice = arguments.GetValue(_price),
            UsageBps = arguments.GetValue(_usage),
            RoyaltyBps = arguments.GetValue(_royalty),
            RevealPeriod = arguments.GetValue(_reveal),
        };
    }

    private static Option<T> Rule<T>(string name, T usual, Func<string, T> parse, string description, string value) => new(name)
    {
        Description = usual is int bps ? $"{description} (default {TerminalWording.Bps(bps)})" : TerminalWording.WithDefault(description, usual),
        HelpName = value,
        DefaultValueFactory = _ => usual,
        CustomParser = Parsing.By(parse),
    };
}
