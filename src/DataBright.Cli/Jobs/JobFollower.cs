using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using JobEvent = DataBright.Compute.Scheduler.State.JobEvent;
using JobEventKind = DataBright.Compute.Scheduler.State.JobEventKind;

namespace DataBright.Cli.Jobs;

/// <summary>Follows a job to its end: the scheduler's events as they come, the ledger for the last word.</summary>
/// <param name="market">The market.</param>
/// <param name="node">The job's scheduler; null watches the ledger alone.</param>
/// <param name="output">Recorded events become lines there.</param>
/// <param name="report">Progress becomes the line that moves.</param>
internal sealed class JobFollower(MarketAccess market, SchedulerNode? node, Output output, Action<string> report)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    private readonly Func<Address, string> _name = Party.Names(market.Home);
    private bool _hasEvents;

    /// <returns>Settled or refunded.</returns>
    public async Task<JobState> FollowAsync(JobId id, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var listening = node is null ? Task.CompletedTask : ListenAsync(node, id, ending.Token);
        JobState state, before = 0;
        while ((state = (await market.Ledger.Jobs.FindAsync(id, stop))!.State) < JobState.Settled)
        {
            if (!_hasEvents && state != before)
                report(state.ToString().ToLowerInvariant());
            before = state;
            await Task.Delay(Glance, stop);
        }

        // The last events are on their way; they end the stream themselves, or are not worth more waiting.
        await Task.WhenAny(listening, Task.Delay(Glance, stop));
        await ending.CancelAsync();
        await listening;
        return state;
    }

    private async Task ListenAsync(SchedulerNode from, JobId id, CancellationToken stop)
    {
        try
        {
            await foreach (var happened in from.WatchAsync(id, stop))
                Tell(happened);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            output.Note($"The scheduler is not heard any more ({lost.Message.TrimEnd('.')}); the ledger is watched.");
        }
    }

    private void Tell(JobEvent happened)
    {
        _hasEvents = true;
        var words = new[] { happened.Kind.ToString().ToLowerInvariant(), happened.Task?.ToString(), happened.Worker is { } worker ? _name(worker) : null, happened.Detail };
        var text = string.Join("  ", words.Where(word => !string.IsNullOrEmpty(word)));
        if (happened.Kind == JobEventKind.Progress || (output.IsTerminal && IsSmall(happened.Kind)))
            report(text);
        else
            output.Step($"{happened.At:HH:mm:ss}  {text}");
    }

    /// <summary>What happens to every single copy of a task: too much to read on a screen, worth keeping in a file.</summary>
    private static bool IsSmall(JobEventKind kind) => kind is JobEventKind.Opened or JobEventKind.Leased or JobEventKind.Committed or JobEventKind.Revealed;
}
