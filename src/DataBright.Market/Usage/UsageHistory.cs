using DataBright.Ethereum;
using DataBright.Storage;
using Contract = DataBright.Market.Generated.Usage;

namespace DataBright.Market.Usage;

/// <summary>Where the evidence of usage dividends is, from the chain's logs.</summary>
public sealed class UsageHistory(Ledger ledger)
{
    /// <summary>
    /// The evidence that stands: the referee's where it ruled, else the scheduler's; null while there is none, or where what was posted is
    /// no address.
    /// </summary>
    public async Task<Cid?> EvidenceAsync(JobId job, CancellationToken stop)
    {
        if ((await LogsAsync(Contract.Events.UsageRuled.Topic, job, stop)).Readable(Contract.Events.UsageRuled.Decode)
            .LastOrDefault().Event is { } ruled)
            return Cid.Raw(ruled.EvidenceDigest.ToDigest());
        return (await LogsAsync(Contract.Events.UsagePosted.Topic, job, stop)).Readable(Contract.Events.UsagePosted.Decode)
            .LastOrDefault().Event is { } posted
            ? Cid.Find(posted.EvidenceCid.Span)
            : null;
    }

    private async Task<IReadOnlyList<Log>> LogsAsync(Hash32 topic, JobId job, CancellationToken stop)
    {
        var number = new AbiWriter(1);
        number.Uint(job, 256);
        var filter = new LogFilter([ledger.Addresses.Usage], [topic], [new Hash32(number.ToArray())]);
        return await ledger.Client.GetAllLogsAsync(filter, ledger.Addresses.FirstBlock, await ledger.Client.BlockNumberAsync(stop), stop);
    }
}
