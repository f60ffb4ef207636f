using DataBright.Market.Datasets;
using DataBright.Market.Proposals;
using DataBright.Market.Tests.Indexes;
using DataBright.Market.Trust;

namespace DataBright.Market.Tests.Proposals;

/// <summary>All that happens to proposals.</summary>
internal sealed class ProposalScenario(TestMarket market) : WordScenario(market)
{
    public override IReadOnlyList<(string Name, Func<Task> Play)> Chapters =>
    [
        ("proposals that are accepted, rejected and forgotten", ProposalsAsync),
        ("a shard is taken off the list", DelistingAsync),
        ("sealed votes", SealedVotesAsync),
        ("judgements, and an appeal", ReviewAsync),
        ("a quorum that comes late", LateQuorumAsync),
        ("an evaluation", EvaluationAsync),
    ];

    private static readonly DatasetPolicy Sealed = TestMarket.Policy with { RevealPeriod = TimeSpan.FromHours(1) };

    private async Task ProposalsAsync()
    {
        var (dataset, anna, ben) = await TownAsync(TestMarket.Policy);
        var accepted = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        var rejected = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        var forgotten = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        await Proposals.VoteAsync(accepted, Choice.Yes, "clean", anna, Stop);
        await Proposals.FinaliseAsync(accepted, ben, Stop);
        await Proposals.WithdrawBondAsync(accepted, ben, Stop);
        await Proposals.VoteAsync(rejected, Choice.No, null, anna, Stop);
        await Proposals.FinaliseAsync(rejected, ben, Stop);
        await Market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Proposals.FinaliseAsync(forgotten, ben, Stop);
    }

    private async Task DelistingAsync()
    {
        var (dataset, anna, ben) = await TownAsync(TestMarket.Policy);
        var offer = TestMarket.Offer();
        await AcceptAsync(dataset, offer, ben, anna);
        var delisting = await Proposals.ProposeDelistingAsync(dataset, offer.Root, "stolen", ben, Stop);
        await Proposals.VoteAsync(delisting, Choice.Yes, null, anna, Stop);
        await Proposals.VoteAsync(delisting, Choice.Yes, null, ben, Stop);
        await Proposals.FinaliseAsync(delisting, ben, Stop);
    }

    private async Task SealedVotesAsync()
    {
        var (dataset, anna, ben) = await TownAsync(Sealed);
        var proposal = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        await Proposals.CommitVoteAsync(proposal, Choice.Yes, Hash32.Zero, anna, Stop);
        await Market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Proposals.RevealVoteAsync(proposal, anna.Address, Choice.Yes, Hash32.Zero, "as sealed", anna, Stop);
        await Market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Proposals.FinaliseAsync(proposal, ben, Stop);
    }

    private async Task ReviewAsync()
    {
        Signer anna = await Market.PartyAsync(), ben = await Market.PartyAsync(), curator = await Market.PartyAsync();
        var charter = TestMarket.Charter(Sealed, [new Founder(anna.Address, ShareAmount.Whole(10))]) with { Curators = [curator.Address] };
        var dataset = await Ledger.Datasets.CreateAsync(charter, anna, Stop);
        var proposal = await Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), ben, Stop);
        await Proposals.CommitVoteAsync(proposal, Choice.No, Hash32.Zero, curator, Stop);
        await Market.Chain.AdvanceAsync(VotingPeriod + Moment, Stop);
        await Proposals.RevealVoteAsync(proposal, curator.Address, Choice.No, Hash32.Zero, "blurred", curator, Stop);
        await Market.Chain.AdvanceAsync(VotingPeriod, Stop);
        await Proposals.AppealAsync(proposal, anna, Stop);
        await Proposals.VoteAsync(proposal, Choice.Yes, null, anna, Stop);
        await Proposals.FinaliseAsync(proposal, ben, Stop);
    }

    private async Task LateQuorumAsync()
    {
        Signer anna = await Market.PartyAsync(), ben = await Market.PartyAsync();
        var dataset = (await Market.DatasetAsync(Late, anna, (anna, 30), (ben, 70))).Id;
        var proposal = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        await Market.Chain.AdvanceAsync(VotingPeriod / 2, Stop);
        await Proposals.VoteAsync(proposal, Choice.Yes, null, anna, Stop);
    }

    private async Task EvaluationAsync()
    {
        var (dataset, _, ben) = await TownAsync(TestMarket.Policy);
        var (_, referee) = await Market.TrustedAsync(TrustedRole.Referee);
        var proposal = await Proposals.ProposeAsync(dataset, TestMarket.Offer(), ben, Stop);
        var measured = new EvaluationStatement(dataset, proposal, 900_000, 950_000, 40_000, 90, 10, default, Digest.Of("best"u8),
            await Market.MeasuredAsync(dataset, proposal), await Market.NowAsync() + VotingPeriod);
        await Proposals.PostEvaluationAsync(Proposals.Statements.Sign(measured, referee.Key), ben, Stop);
    }
}
