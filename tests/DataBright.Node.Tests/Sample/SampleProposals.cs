using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Discussion;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Web;
using DataBright.Services.Discussion;
using DataBright.Storage;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>Proposals of the sample market.</summary>
internal sealed class SampleProposals(Cid? openShard) : IProposalReader, IDiscussedProposals
{
    public ProposalFacts? Changed { get; set; }

    /// <summary>Released whenever a proposal has been read.</summary>
    public SemaphoreSlim Read { get; } = new(0);

    public static ProposalFacts Proposal(ulong id)
    {
        var (state, who, points, gain, yes, no, ago) = id switch
        {
            1 => (ProposalState.Accepted, Ada, 3_000, 80_800, "900", "0", 11),
            2 => (ProposalState.Accepted, Ben, 2_000, 18_300, "3300", "84.8", 9),
            3 => (ProposalState.Rejected, Dora, 1_800, -21_400, "0", "5100", 7),
            4 => (ProposalState.Accepted, Ada, 1_500, 4_500, "5200", "300", 7),
            5 => (ProposalState.Accepted, Cleo, 2_500, 6_900, "6900.5", "0", 4),
            6 => (ProposalState.Open, Dora, 1_000, 2_100, "3480.2", "1230", 1),
            8 => (ProposalState.Open, Ben, 600, 1_200, "0", "0", 1),
            _ => (ProposalState.Expired, Account(7), 200, 0, "10", "0", 20),
        };
        var summary = new ProposalSummary(new(id), ProposalKind.Listing, state, new(1), "Handwritten digits", who, points,
            new Fraction(gain),
            new Tally(ShareAmount.Parse(yes), ShareAmount.Parse(no), ShareAmount.Parse("10620.25"), Fraction.OfBasisPoints(2_000),
                Fraction.OfBasisPoints(5_000)),
            Now.AddDays(-ago), Now.AddDays(3 - ago).AddHours(2))
        { Low = new Fraction(gain - 2_600) };
        var evaluation = id == 7 ? null
            : new EvaluationFacts(new Fraction(974_900), new Fraction(974_900 + gain), new Fraction(gain - 2_600), points, 0,
            new GainSpread(new Fraction(gain - 2_600), new Fraction(gain + 1_900), 5), Hash(50), new JobId(id), Referee, 1);
        return new ProposalFacts(id == 7 ? summary with { Gain = null, Low = null } : summary, Hash(200 + (int)id), null, null,
            Money.Dollars(25), id < 3, false, id == 6, 1_201, evaluation,
            id == 7
                ? null
                : id == 3 ? new DuplicateCount(412, 9,
                    1_800) { Near = new(37, 4, [new NearFacts(5, Hash(60), 17, new Fraction(991_000))], new NearPicture(57, 57)) }
                    : new DuplicateCount(0, 0, points), state == ProposalState.Accepted ? ShareAmount.Parse("2548.75") : null)
        {
            Review = ReviewOf(id),
        };
    }

    /// <summary>
    /// Votes on the best model of dataset 1: one that was carried out, one that was accepted and waits, one that is open.
    /// </summary>
    private static ProposalFacts Replacing(ulong id)
    {
        var (state, asked, yes, ago) = id switch
        {
            10 => (ProposalState.Accepted, new Replacement(new(1), new(2), 974_900), "9100", 8),
            11 => (ProposalState.Accepted, new Replacement(new(3), null, 0), "8200", 6),
            _ => (ProposalState.Open, new Replacement(new(3), new(1), 871_300), "3480.2", 1),
        };
        var summary = new ProposalSummary(new(id), ProposalKind.Replacement, state, new(1), "Handwritten digits", Ada, 0, null,
            new Tally(ShareAmount.Parse(yes), ShareAmount.Parse("300"), ShareAmount.Parse("10620.25"), Fraction.OfBasisPoints(2_000),
                Fraction.OfBasisPoints(6_667)), Now.AddDays(-ago), Now.AddDays(3 - ago))
        { Replacement = asked, ToCarryOut = id == 11 };
        return new ProposalFacts(summary, null, null, $"The best one has seen the points that it is measured on. {SampleMarket.Hostile}",
            Money.Dollars(25), id == 10, false, false, 1_201, null, null, null);
    }

    /// <summary>One review that is over, and one in which the second of three curators has shown its judgement.</summary>
    private static ReviewFacts? ReviewOf(ulong proposal) => proposal switch
    {
        5 => new(false,
            [new(Account(40), CuratorStep.Revealed, true, "Clean, and from hands we do not have yet.", Now.AddDays(-3)),
                new(Account(41), CuratorStep.Revealed, false, SampleMarket.Hostile, Now.AddDays(-3)),
                new(Account(42), CuratorStep.Committed, null, "", Now.AddDays(-3))],
            1, 1, default(Fraction), Ada, null, null, null),
        8 => new(true,
            [new(Account(40), CuratorStep.Committed, null, "", Now.AddHours(-20)),
                new(Account(41), CuratorStep.Revealed, true, "All fine.", Now.AddMinutes(-20)),
                new(Account(42), CuratorStep.Waiting, null, "", null)],
            1, 0, null, null, Now.AddHours(-1), Now.AddHours(5), Now.AddHours(11)),
        _ => null,
    };

    public Task<Page<ProposalSummary>> ListAsync(DatasetId? dataset, PageRequest page, CancellationToken stop) =>
        Task.FromResult(dataset is { Value: not 1 }
            ? Page<ProposalSummary>.Empty : Slice([.. new ulong[] { 7, 6, 5, 4, 3, 2, 1 }.Select(id => Proposal(id).Summary)], page));

    public Task<ProposalFacts?> FindAsync(ProposalId id, CancellationToken stop)
    {
        Read.Release();
        return Task.FromResult(Changed is { } changed && changed.Summary.Id == id ? changed : id.Value switch
        {
            >= 10 and <= 12 => Replacing(id.Value),
            < 1 or > 8 => null,
            _ => Proposal(id.Value) with { Cid = id.Value is 3 or 6 ? openShard : null },
        });
    }

    public Task<string?> FileProblemAsync(ProposalId id, CancellationToken stop) =>
        Task.FromResult(Changed is { } changed && changed.Summary.Id == id ? changed.FileProblem : null);

    public Task<byte[]?> NearPictureAsync(ProposalId id, CancellationToken stop) =>
        Task.FromResult<byte[]?>(id.Value == 3 ? PngWriter.Encode(new byte[57 * 57], 57, 57, 1) : null);

    public async Task<BestStanding?> BestAsync(DatasetId dataset, CancellationToken stop) =>
        await new SampleDatasets(openShard).FindAsync(dataset, stop) is not { } facts ? null : new BestStanding(
            dataset, facts.BestModel, facts.BestToBeat, facts.ReplacedBy, facts.BestByVote, facts.Policy.ProposalBond);

    public async Task<bool> ExistsAsync(ProposalId proposal, CancellationToken stop) =>
        await VotesAsync(proposal, PageRequest.First(1), stop) is not null;

    public Task<ShardCheck?> CheckAsync(DatasetId dataset, Cid cid, CancellationToken stop) => Task.FromResult<ShardCheck?>(null);

    public Task<IReadOnlyList<MeasuringJob>> MeasuringAsync(ProposalSummary proposal, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<MeasuringJob>>([]);

    public Task<Page<VoteFacts>?> VotesAsync(ProposalId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        6 => Slice<VoteFacts>(
        [
            new(Ada, true, ShareAmount.Parse("3480.2"),
                "A gain on every seed, and no duplicates. I looked at the ones and sevens: all fine.", 1_270, Now.AddHours(-2)),
            new(Ben, false, ShareAmount.Parse("1130"),
                VoteAnchor.Reason(SampleDiscussion.Anchored, "Too few fours. I would vote yes to the same with three hundred more."), 1_260,
                Now.AddHours(-7)),
            new(Account(8), false, ShareAmount.Parse("100"), SampleMarket.Hostile, 1_255, Now.AddHours(-9)),
        ], page),
        7 or 8 or >= 10 and <= 12 => Page<VoteFacts>.Empty,
        <= 5 =>
            Slice<VoteFacts>([new(Initiator, id.Value != 3, ShareAmount.Parse("900"), "By the evaluation.", 900, Now.AddDays(-5))], page),
        _ => null,
    });

    public Task<BallotFacts?> BallotAsync(ProposalId id, Address voter, CancellationToken stop) =>
        Task.FromResult(id.Value is not (6 or 12) ? null : new BallotFacts(
        BallotPhase.Vote, ProposalState.Open, false,
            voter == Cleo ? ShareAmount.Parse("2548.75") : voter == Ada ? ShareAmount.Parse("3480.2") : ShareAmount.Zero,
        voter == Cleo ? new Fraction(240_000) : voter == Ada ? new Fraction(327_700) : default, false, voter == Ada && id.Value == 6, null,
            Now.AddDays(2)));
}
