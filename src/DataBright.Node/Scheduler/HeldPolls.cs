using DataBright.Compute.Protocol;
using DataBright.Ethereum;

namespace DataBright.Node.Scheduler;

/// <summary>
/// Polls that are held back until there is something to do: one for each worker. A newer one of the same worker has the older answered at
/// once, so that nobody holds connections by the hundred with one key.
/// </summary>
internal sealed class HeldPolls(ISchedulerWire wire)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Address, Held> _held = [];

    /// <summary>How many are held.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _held.Count;
        }
    }

    public async Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop)
    {
        var worker = poll.Signer(MessageKind.Poll, await wire.DomainAsync(stop));
        var at = poll.Read<Poll>().At;
        using var own = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var held = new Held(at, own);
        lock (_gate)
        {
            // One that was sent before, or is sent again, does not put an end to what came after it.
            if (_held.TryGetValue(worker, out var before) && before.At >= at) return Orders.None;
            before?.End.Cancel();
            _held[worker] = held;
        }

        try
        {
            return await wire.PollAsync(poll, own.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Orders.None;
        }
        finally
        {
            lock (_gate)
                if (_held.TryGetValue(worker, out var last) && last == held) _held.Remove(worker);
        }
    }

    private sealed record Held(DateTimeOffset At, CancellationTokenSource End);
}
