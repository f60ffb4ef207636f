using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Market.Storage;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;

namespace DataBright.Node.Ledger;

internal sealed partial class IndexedMarket
{
    /// <summary>A page is shown without what is not known yet; a vote is worth more waiting.</summary>
    private static readonly TimeSpan FilePatience = TimeSpan.FromMilliseconds(250), VotePatience = TimeSpan.FromSeconds(10);

    public Task<Page<ProposalSummary>> ProposalsAsync(DatasetId? dataset, PageRequest page, CancellationToken stop)
    {
        var names = Names();
        return PageAsync(page, request => index.Proposals.List(dataset, request), row => Summary(row, names(row.Dataset)));
    }

    public async Task<ProposalFacts?> ProposalAsync(ProposalId id, CancellationToken stop)
    {
        if (index.Proposals.Find(id) is not { } row) return null;
        return new ProposalFacts(
            Summary(row, NameOf(row.Dataset)), row.Replacement is null ? row.Shard : null, row.Cid, row.Reason.Length == 0 ? null : row.Reason, row.Bond, row.BondWithdrawn, row.Shielded,
            row.Extended, row.Snapshot, await EvaluationAsync(row, stop), await duplicates.FindAsync(row, stop), row.Minted)
        {
            Review = ReviewOf(row),
            Committed = index.Proposals.CountCommitments(id),
            FileProblem = await offered.ProblemAsync(row, FilePatience, stop),
            Classes = index.Datasets.Find(row.Dataset) is { } dataset ? (await descriptions.FindMeaningAsync(dataset.Description, dataset.Schema, stop))?.Classes : null,
        };
    }

    public async Task<string?> FileProblemAsync(ProposalId id, CancellationToken stop) =>
        index.Proposals.Find(id) is { } row ? await offered.ProblemAsync(row, VotePatience, stop) : null;

    public async Task<byte[]?> NearPictureAsync(ProposalId id, CancellationToken stop) => (await duplicates.SheetAsync(id, stop))?.Png;

    public async Task<ShardCheck?> CheckAsync(DatasetId dataset, Cid cid, CancellationToken stop) =>
        index.Datasets.Find(dataset) is { } known ? await duplicates.CheckAsync(known, cid, stop) : null;

    public async Task<Page<VoteFacts>?> VotesAsync(ProposalId id, PageRequest page, CancellationToken stop) =>
        index.Proposals.Find(id) is null
            ? null
            : await PageAsync(page, request => index.Proposals.Votes(id, request), row => new VoteFacts(
                row.Voter, row.Choice == Choice.Yes, row.Weight, row.Reason, row.Block, row.At));

    private ReviewFacts? ReviewOf(IndexedProposal row)
    {
        if (!row.UnderReview && row.AppealedBy is null) return null;
        var judgements = index.Proposals.Judgements(row.Id).ToDictionary(judgement => judgement.Curator);
        var curators = index.Datasets.Curators(row.Dataset).Select(curator => judgements.GetValueOrDefault(curator) is { } judged
            ? new CuratorFacts(curator, CuratorStep.Revealed, judged.Choice == Choice.Yes, judged.Reason, judged.At)
            : index.Proposals.CommittedAt(row.Id, curator) is { } at
                ? new CuratorFacts(curator, CuratorStep.Committed, null, "", at)
                : new CuratorFacts(curator, CuratorStep.Waiting, null, "", null)).ToArray();
        bool open = row is { UnderReview: true, State: ProposalState.Open };
        var period = index.Datasets.Find(row.Dataset)?.Policy.RevealPeriod ?? TimeSpan.Zero;
        return new ReviewFacts(
            open, curators, row.Review?.Yes ?? 0, row.Review?.No ?? 0, row.Review?.AgreementBps is { } agreement ? Fraction.OfBasisPoints(agreement) : null, row.AppealedBy,
            open ? row.Deadline : null, open ? ChainTime.Later(row.Deadline, period) : null, open ? ChainTime.Later(row.Deadline, 2 * period) : null);
    }

    private async Task<EvaluationFacts?> EvaluationAsync(IndexedProposal row, CancellationToken stop) => row.Evaluation is not { } posted ? null : new EvaluationFacts(
        new Fraction(posted.BeforePpm), new Fraction(posted.AfterPpm), new Fraction(posted.LowPpm), posted.Points, posted.Copies, await measurements.SpreadAsync(index.Jobs.Find(posted.Job), row.Shard, stop),
        posted.Checkpoint.ToHash32(), posted.Job, posted.Referee, posted.Posted);

    private ProposalSummary Summary(IndexedProposal row, string datasetName)
    {
        var dataset = index.Datasets.Find(row.Dataset);
        var policy = dataset?.Policy ?? new Market.Datasets.DatasetPolicy();
        int threshold = row.Kind == ProposalKind.Listing ? policy.ThresholdBps : policy.DelistThresholdBps;
        return new ProposalSummary(
            row.Id, row.Kind, row.State, row.Dataset, datasetName, row.Contributor, row.Count, row.Evaluation is { } posted ? new Fraction(posted.GainPpm) : null,
            new Tally(row.Yes, row.No, row.Supply, Fraction.OfBasisPoints(policy.QuorumBps), Fraction.OfBasisPoints(threshold)), row.OpenedAt, row.Deadline)
        {
            Low = row.Evaluation is { } known ? new Fraction(known.LowPpm) : null,
            Replacement = row.Replacement,
            ToCarryOut = row is { Replacement: not null, State: ProposalState.Accepted } && !(dataset?.ReplacedBy?.Value >= row.Id.Value),
            Over = row.State == ProposalState.Open && PhaseOf(row, Now).Phase == BallotPhase.Over,
        };
    }
}
