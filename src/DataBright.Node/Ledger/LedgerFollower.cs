using System.Diagnostics.Metrics;
using DataBright.Ethereum;
using DataBright.Market.Index;

namespace DataBright.Node.Ledger;

/// <summary>Keeps the index up with the chain for as long as the node runs. A chain that is away is asked again until it is back.</summary>
internal sealed class LedgerFollower(
    LedgerIndex index, EthereumClient chain, ChainHead head, LedgerPulse pulse, IMeterFactory meters, TimeProvider clock, ILogger<LedgerFollower> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LedgerMetrics.Watch(meters, head, index);
        if (index.Note is { } note) log.LogWarning("{Note}", note);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is ChainException or RpcException or IndexDamagedException)
            {
                if (head.Number is not null) log.LogWarning("The ledger cannot be followed now: {Fault}", fault.Message);
                head.Number = null;
                pulse.Beat();
                await Task.Delay(Patience, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        while (true)
        {
            head.Number = await chain.BlockNumberAsync(stop);
            var before = index.Position;
            using var span = head.Number >= index.NextBlock ? IndexMetrics.Pass() : null;
            await index.CatchUpAsync(chain, clock, stop);
            span?.Dispose();
            if (index.Position != before) pulse.Beat();
            await Task.Delay(Pause, clock, stop);
        }
    }
}
