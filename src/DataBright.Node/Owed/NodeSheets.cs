using DataBright.Compute.Scheduler;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Usage;
using DataBright.Node.Usage;

namespace DataBright.Node.Owed;

/// <summary>Pay sheets of this node's own scheduler, and usage sheets from the evidence in its store.</summary>
/// <param name="scheduler">Null where this node has none: then it knows no pay sheets.</param>
internal sealed class NodeSheets(LedgerIndex index, Market.Ledger ledger, UsageSheets usage, SchedulerHost? scheduler) : ISheets
{
    private const int MaxShards = 100_000;

    public Task<PaySheet?> PayAsync(JobId job, CancellationToken stop) => Task.FromResult(
        scheduler?.Book.Find(job)?.Settlement is { Pay.Count: > 0 } settled
            ? new PaySheet(job, [.. settled.Pay.Select(pay => (pay.Worker, pay.Amount))]) : null);

    public async Task<UsageSheet?> UsageAsync(JobId id, CancellationToken stop)
    {
        if (index.Usage.Find(id) is not { } row || index.Jobs.Find(id) is not { } job) return null;
        // Where the referee found otherwise, its own valuation stands, and the index has the scheduler's alone.
        var evidence = row.Upheld == false ? await new UsageHistory(ledger).EvidenceAsync(id, stop) : row.Evidence;
        var shards = index.Datasets.Shards(job.Dataset, new SliceRequest(MaxShards)).Items;
        return evidence is { } cid ? await usage.FindAsync(row.Posting, cid, shards, stop) : null;
    }
}
