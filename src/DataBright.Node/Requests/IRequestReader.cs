using DataBright.Market;
using DataBright.Node.Rest;

namespace DataBright.Node.Requests;

/// <summary>
/// What pages and programs ask about requests for data. A list of a request that does not exist is null. All lists begin with the newest.
/// </summary>
public interface IRequestReader
{
    Task<Page<RequestSummary>> ListAsync(PageRequest page, CancellationToken stop);

    Task<RequestFacts?> FindAsync(RequestId id, CancellationToken stop);

    Task<Page<AnswerFacts>?> AnswersAsync(RequestId id, PageRequest page, CancellationToken stop);

    Task<Page<RewardFacts>?> RewardsAsync(RequestId id, PageRequest page, CancellationToken stop);
}
