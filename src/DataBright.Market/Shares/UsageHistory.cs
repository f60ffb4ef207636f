using DataBright.Ethereum;
using DataBright.Market.Storage;
using Contract = DataBright.Market.Generated.Usage;

namespace DataBright.Market.Shares;

/// <summary>Where the evidence of usage dividends is, from the chain's logs.</summary>
public sealed class UsageHistory(Ledger ledger)
{
    /// <summary>The evidence that stands: the referee's where it ruled, else the scheduler's; null while there is none.</summary>
    public async Task<Cid?> EvidenceAsync(JobId job, CancellationToken stop)
    {
        if ((await LogsAsync(Contract.Events.UsageRuled.Topic, job, stop)) is [.., var ruled])
            return Cid.Raw(Contract.Events.UsageRuled.Decode(ruled).EvidenceDigest.ToDigest());
        return (await LogsAsync(Contract.Events.UsagePosted.Topic, job, stop)) is [.., var posted] ? Cid.FromBytes(Contract.Events.UsagePosted.Decode(posted).EvidenceCid.Span) : null;
    }

    private async Task<IReadOnlyList<Log>> LogsAsync(Hash32 topic, JobId job, CancellationToken stop)
    {
        var number = new AbiWriter(1);
        number.Uint(job, 256);
        var filter = new LogFilter([ledger.Addresses.Usage], [topic], [new Hash32(number.ToArray())]);
        return await ledger.Client.GetLogsAsync(filter, ledger.Addresses.FirstBlock, await ledger.Client.BlockNumberAsync(stop), stop);
    }
}
