using DataBright.Market;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Access;

/// <summary>The ledger's index as of now: kept up by the node that runs on the data folder, or brought up to date here.</summary>
internal sealed class IndexReading : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly FolderLock? _held;

    private IndexReading(LedgerIndex index, FolderLock? held) => (Index, _held) = (index, held);

    public LedgerIndex Index { get; }

    public static async Task<IndexReading> OpenAsync(MarketAccess market, CancellationToken stop)
    {
        var held = market.Home.TryHoldIndex();
        var reading = new IndexReading(LedgerIndex.Open(market.Home.Index, market.Ledger.Addresses), held);
        try
        {
            if (held is not null)
                await reading.Index.CatchUpAsync(market.Client, TimeProvider.System, stop);
            else
                await reading.WaitAsync(await market.Client.BlockNumberAsync(stop), stop);
            return reading;
        }
        catch
        {
            reading.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Index.Dispose();
        _held?.Dispose();
    }

    /// <summary>The node follows the chain a moment behind: what was just done should be seen.</summary>
    private async Task WaitAsync(ulong head, CancellationToken stop)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!(Index.Position.Block >= head) && TimeProvider.System.GetElapsedTime(begun) < Timeout)
            await Task.Delay(Glance, stop);
    }
}
