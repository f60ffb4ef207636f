using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Node.Ledger;

/// <summary>Asks the contracts for what the index cannot know. A page waits for them only so long.</summary>
internal sealed class ChainQueries(ChainHead head, TimeProvider clock)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Null where the chain does not answer in time, or refuses.</summary>
    public async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stop, TimeSpan? timeout = null)
        where T : class
    {
        if (head.Number is null) return null;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var timer = clock.CreateTimer(_ => limited.Cancel(), null, timeout ?? DefaultTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return await ask(limited.Token);
        }
        catch (Exception e) when (e is ChainCallException or RuleBrokenException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }
}
