using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using Spectre.Console;
using JobEvent = DataBright.Compute.Scheduler.State.JobEvent;
using JobEventKind = DataBright.Compute.Scheduler.State.JobEventKind;

namespace DataBright.Cli.Jobs;

/// <summary>Follows a job to its end: the scheduler's events as they come, the ledger for the last word.</summary>
internal sealed class WatchCommand : MarketVerb
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    private readonly Argument<JobId> _id;
    private readonly Option<Uri?> _node = SchedulerNode.Option();

    public WatchCommand()
        : base("watch", "Follow a job live until it ends", "job watch 2")
    {
        _id = Expect("ID", JobId.Parse, "Its number");
        Options.Add(_node);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        _ = await market.Ledger.Jobs.FindAsync(id, stop) ?? throw Missing.Job(id);
        using var node = SchedulerNode.Find(arguments.GetValue(_node), market.Home);
        var state = await output.WaitAsync($"Job {id}", report => FollowAsync(market, node, id, new Ticker(output, report, Party.Names(market.Home)), stop));
        if (state == JobState.Refunded)
            throw new Failure(ExitCode.Refused, $"Job {id} was refunded: it was not done in time.");
        var settled = await new JobHistory(market.Ledger).FindSettledAsync(id, stop);
        var convicted = await new JobHistory(market.Ledger).ConvictionsAsync(id, stop);
        output.Show(new { id, state, accuracyPpm = settled?.Outcome.MetricPpm, result = settled?.Outcome.Result, paid = settled?.PayTotal, convicted = convicted.Select(conviction => conviction.Worker) }, console =>
            console.Write(Sheet.Facts(
                ("Job", id), ("State", state), ("Accuracy", settled is null ? null : Wording.Percent(settled.Outcome.MetricPpm)), ("Result", settled?.Outcome.Result), ("Paid to workers", settled?.PayTotal),
                ("Convicted", convicted.Count == 0 ? null : string.Join(", ", convicted.Select(conviction => Wording.Short(conviction.Worker)))))));
        return ExitCode.Done;
    }

    private static async Task<JobState> FollowAsync(MarketAccess market, SchedulerNode? node, JobId id, Ticker ticker, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var listening = node is null ? Task.CompletedTask : ListenAsync(node, id, ticker, ending.Token);
        JobState state;
        while ((state = (await market.Ledger.Jobs.FindAsync(id, stop))!.State) < JobState.Settled)
        {
            ticker.State(state);
            await Task.Delay(Glance, stop);
        }

        // The last events are on their way; they end the stream themselves, or are not worth more waiting.
        await Task.WhenAny(listening, Task.Delay(Glance, stop));
        await ending.CancelAsync();
        await listening;
        return state;
    }

    private static async Task ListenAsync(SchedulerNode node, JobId id, Ticker ticker, CancellationToken stop)
    {
        try
        {
            await foreach (var happened in node.WatchAsync(id, stop))
                ticker.Tell(happened);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            ticker.Lost(lost.Message);
        }
    }

    /// <summary>Recorded events are lines; progress is the line that moves.</summary>
    private sealed class Ticker(Output output, Action<string> report, Func<Address, string> name)
    {
        private JobState _state;
        private bool _hasEvents;

        public void State(JobState state)
        {
            if (!_hasEvents && state != _state)
                report(state.ToString().ToLowerInvariant());
            _state = state;
        }

        public void Tell(JobEvent happened)
        {
            _hasEvents = true;
            var text = string.Join("  ", new[]
            {
                happened.Kind.ToString().ToLowerInvariant(), happened.Task?.ToString(), happened.Worker is { } worker ? name(worker) : null, happened.Detail,
            }.Where(part => !string.IsNullOrEmpty(part)));
            if (happened.Kind == JobEventKind.Progress)
                report(text);
            else
                output.Step($"{happened.At:HH:mm:ss}  {text}");
        }

        public void Lost(string why) => output.Note($"The scheduler is not heard any more ({why.TrimEnd('.')}); the ledger is watched.");
    }
}
