using DataBright.Market;
using DataBright.Market.Requests;
using DataBright.Node.Descriptions;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;

namespace DataBright.Node.Requests;

/// <summary>Requests as the index has them, with what their initiators wrote from the blob store.</summary>
internal sealed class RequestReader(
    LedgerIndex index, DescriptionCache descriptions, DatasetNames names, MarketClock clock) : IRequestReader
{
    private const int MaxSponsors = 100;

    public Task<Page<RequestSummary>> ListAsync(PageRequest page, CancellationToken stop) =>
        IndexPages.ReadAsync(page, request => index.Requests.List(null, request), row => SummaryAsync(row, stop));

    public async Task<RequestFacts?> FindAsync(RequestId id, CancellationToken stop)
    {
        if (index.Requests.Find(id) is not { } row) return null;
        return new RequestFacts(
            await SummaryAsync(row, stop), (await descriptions.FindAsync(row.Description, stop))?.Licence, row.Description.ToHash32(),
                row.Request.Schema.ToHash32(), row.Refunded,
            row.Association is { } association ? new RequestVote(association, row.VotingEnds, row.Yes, row.No) : null,
            [.. index.Requests.Sponsors(id, MaxSponsors).Select(sponsor => new SponsorFacts(sponsor.Sponsor, sponsor.Amount,
                sponsor.Refunded)).OrderByDescending(sponsor => sponsor.Amount)]);
    }

    public Task<Page<AnswerFacts>?> AnswersAsync(RequestId id, PageRequest page, CancellationToken stop)
    {
        if (index.Requests.Find(id) is null) return Task.FromResult<Page<AnswerFacts>?>(null);
        var name = names.ForList();
        return Task.FromResult<Page<AnswerFacts>?>(IndexPages.Read(
            page, request => index.Requests.Answers(id, request),
            row => new AnswerFacts(row.Dataset, name(row.Dataset), row.By, row.Note, row.Block, row.At)));
    }

    public Task<Page<RewardFacts>?> RewardsAsync(RequestId id, PageRequest page, CancellationToken stop) =>
        Task.FromResult(index.Requests.Find(id) is null
        ? null
        : IndexPages.Read(page, request => index.Requests.Rewards(id, request),
            row => new RewardFacts(row.Shard, row.Contributor, row.Amount, row.Block, row.At)));

    private async Task<RequestSummary> SummaryAsync(IndexedRequest row, CancellationToken stop)
    {
        var asked = row.Request;
        return new RequestSummary(
            asked.Id, asked.State, (await descriptions.FindAsync(row.Description, stop))?.Text,
            await descriptions.FindSchemaAsync(asked.Schema, stop), asked.Initiator,
            asked.RewardPerPoint, asked.Pot, asked.Paid, row.Answers, asked.Dataset, row.OpenedAt, asked.Deadline)
        {
            Over = asked.State is RequestState.Voting or RequestState.Listed && clock.Now >= asked.Deadline,
        };
    }
}
