using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Node.Descriptions;
using DataBright.Node.Discussion;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Proposals;

/// <summary>Proposals as the index has them, joined with what their files in the blob store show.</summary>
internal sealed class ProposalReader(
    LedgerIndex index,
    DatasetNames names,
    ProposalSummaries summaries,
    BallotReader ballots,
    DescriptionCache descriptions,
    DuplicateCounts duplicates,
    OfferedFiles offered,
    Measurements measurements,
    MarketClock clock) : IProposalReader, IDiscussedProposals
{
    private const int MaxMeasuring = 20;

    /// <summary>A page is shown without what is not known yet; a vote is worth more waiting.</summary>
    private static readonly TimeSpan FileTimeout = TimeSpan.FromMilliseconds(250), VoteTimeout = TimeSpan.FromSeconds(10);

    public Task<Page<ProposalSummary>> ListAsync(DatasetId? dataset, PageRequest page, CancellationToken stop)
    {
        var name = names.ForList();
        return Task.FromResult(IndexPages.Read(page, request => index.Proposals.List(dataset, request),
            row => summaries.Of(row, name(row.Dataset))));
    }

    public async Task<ProposalFacts?> FindAsync(ProposalId id, CancellationToken stop)
    {
        if (index.Proposals.Find(id) is not { } row) return null;
        return new ProposalFacts(
            summaries.Of(row), row.Replacement is null ? row.Shard : null, row.Cid, row.Reason.Length == 0 ? null : row.Reason, row.Bond,
            row.BondWithdrawn, row.Shielded,
            row.Extended, row.Snapshot, await EvaluationAsync(row, stop), await duplicates.FindAsync(row, stop), row.Minted)
        {
            Review = ReviewOf(row),
            Committed = index.Proposals.CountCommitments(id),
            FileProblem = await offered.ProblemAsync(row, FileTimeout, stop),
            Classes = index.Datasets.Find(row.Dataset) is { } dataset
                ? (await descriptions.FindMeaningAsync(dataset.Description, dataset.Schema, stop))?.Classes : null,
        };
    }

    public async Task<string?> FileProblemAsync(ProposalId id, CancellationToken stop) =>
        index.Proposals.Find(id) is { } row ? await offered.ProblemAsync(row, VoteTimeout, stop) : null;

    public async Task<byte[]?> NearPictureAsync(ProposalId id, CancellationToken stop) => (await duplicates.SheetAsync(id, stop))?.Png;

    public async Task<ShardCheck?> CheckAsync(DatasetId dataset, Cid cid, CancellationToken stop) =>
        index.Datasets.Find(dataset) is { } known ? await duplicates.CheckAsync(known, cid, stop) : null;

    public Task<IReadOnlyList<MeasuringJob>> MeasuringAsync(ProposalSummary proposal, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<MeasuringJob>>([.. index.Jobs.Measuring(proposal.Dataset, proposal.Id, MaxMeasuring)
            .Where(job => job.State == JobState.Settled || (job.State < JobState.Settled && clock.Now < job.Deadline))
            .Select(job => new MeasuringJob(
                job.Id, job.Buyer, job.State == JobState.Settled, index.Proposals.IsPosted(proposal.Id, job.Id), job.Deadline))]);

    public Task<BestStanding?> BestAsync(DatasetId dataset, CancellationToken stop) =>
        Task.FromResult(index.Datasets.Find(dataset) is not { } row ? null : new BestStanding(
        row.Id, row.BestModel, Fraction.OfPpm(row.BestMetricPpm), row.ReplacedBy, index.IsByVote(row), row.Policy.ProposalBond));

    public Task<bool> ExistsAsync(ProposalId proposal, CancellationToken stop) =>
        Task.FromResult(index.Proposals.Find(proposal) is not null);

    public Task<Page<VoteFacts>?> VotesAsync(ProposalId id, PageRequest page, CancellationToken stop) => Task.FromResult(
        index.Proposals.Find(id) is null
            ? null
            : IndexPages.Read(page, request => index.Proposals.Votes(id, request), row => new VoteFacts(
                row.Voter, row.Choice == Choice.Yes, row.Weight, row.Reason, row.Block, row.At)));

    public Task<BallotFacts?> BallotAsync(ProposalId id, Address voter, CancellationToken stop) => ballots.FindAsync(id, voter, stop);

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
            open, curators, row.Review?.Yes ?? 0, row.Review?.No ?? 0,
            row.Review?.AgreementBps is { } agreement ? Fraction.OfBasisPoints(agreement) : null, row.AppealedBy,
            open ? row.Deadline : null, open ? ChainTime.Later(row.Deadline, period) : null,
            open ? ChainTime.Later(row.Deadline, 2 * period) : null);
    }

    private async Task<EvaluationFacts?> EvaluationAsync(IndexedProposal row, CancellationToken stop) =>
        row.Evaluation is not { } posted ? null : new EvaluationFacts(
        new Fraction(posted.BeforePpm), new Fraction(posted.AfterPpm), new Fraction(posted.LowPpm), posted.Points, posted.Copies,
            await measurements.SpreadAsync(index.Jobs.Find(posted.Job), row.Shard, stop),
        posted.Checkpoint.ToHash32(), posted.Job, posted.Referee, posted.Posted);
}
