using DataBright.Market;

namespace DataBright.Node.Ledger;

/// <summary>Compares the index with the newest block heard of.</summary>
internal sealed class LedgerStateReader(LedgerIndex index, MarketAddresses market, ChainHead head) : ILedgerStateReader
{
    public Task<LedgerState> ReadAsync(CancellationToken stop)
    {
        var position = index.Position;
        return Task.FromResult(new LedgerState(market.ChainId, head.Number, position.Block ?? 0, position.Hash, position.At)
        {
            Unreadable = index.UnreadableCount,
        });
    }
}
