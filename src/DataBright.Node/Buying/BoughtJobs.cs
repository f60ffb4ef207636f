using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Jobs;
using DataBright.Node.Rest;

namespace DataBright.Node.Buying;

/// <summary>Finds the job that was bought as it was prepared, so that nobody is sent to buy it twice.</summary>
internal sealed class BoughtJobs(IJobReader jobs)
{
    private const int Looked = 20;

    /// <summary>Null where the account bought none, or the index has not read it yet.</summary>
    public async Task<JobId?> FindAsync(OrderInHand hand, Address? buyer, CancellationToken stop)
    {
        if (buyer is null) return null;
        foreach (var one in (await jobs.ListAsync(hand.Order.Dataset, PageRequest.First(Looked), stop)).Items
            .Where(one => one.Buyer == buyer && one.State != JobState.Refunded && one.Deadline == hand.Order.Deadline))
            if ((await jobs.FindAsync(one.Id, stop))?.PlanDigest == hand.Order.Plan.ToHash32()) return one.Id;
        return null;
    }
}
