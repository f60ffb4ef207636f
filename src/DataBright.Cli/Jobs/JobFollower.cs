using System.Globalization;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Terminal;
using JobEvent = DataBright.Compute.Scheduler.State.JobEvent;
using JobEventKind = DataBright.Compute.Scheduler.State.JobEventKind;

namespace DataBright.Cli.Jobs;

/// <summary>How a job ended.</summary>
/// <param name="State">Where the ledger has it.</param>
/// <param name="Problem">Why nothing comes of it, as a sentence; null where it was settled.</param>
internal sealed record JobEnd(JobState State, string? Problem)
{
    /// <exception cref="Failure">Nothing comes of it.</exception>
    public void RequireSettled()
    {
        if (Problem is not null)
            throw new Failure(ExitCode.Refused, Problem);
    }
}

/// <summary>
/// Follows a job to its end: the scheduler's events as they come, the ledger for the last word. It ends however the job ends: settled,
/// refunded, failed with its scheduler, or past its deadline.
/// </summary>
/// <param name="sight">Where the job is looked at.</param>
/// <param name="output">Recorded events become lines there.</param>
/// <param name="report">Progress becomes the line that moves.</param>
/// <param name="clock">The time between glances.</param>
internal sealed class JobFollower(JobSource sight, Output output, Action<string> report, TimeProvider clock)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    /// <summary>Between one stream of events that ended and the next: an order that waits has none yet.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly Retries _ledger = new(new RetryTerms(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), Most: 10), clock);
    private readonly Retries _scheduler = new(new RetryTerms(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)), clock);
    private readonly long _begun = clock.GetTimestamp();
    private DateTimeOffset? _first;
    private volatile string? _failed;
    private volatile bool _hasEvents;

    public async Task<JobEnd> FollowAsync(JobId id, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var listening = ListenAsync(id, ending.Token);
        try
        {
            var end = await WatchAsync(id, stop);
            // The last events are on their way; they end the stream themselves, or are not worth more waiting.
            await Task.WhenAny(listening, Task.Delay(Glance, clock, stop));
            return end;
        }
        finally
        {
            await ending.CancelAsync();
            await listening;
        }
    }

    private async Task<JobEnd> WatchAsync(JobId id, CancellationToken stop)
    {
        JobState before = 0;
        string? failed = null;
        while (true)
        {
            var job = await FindAsync(id, stop);
            if (job.State >= JobState.Settled)
                return Ended(job);
            // An order that took the number of one that failed has news of its own by the next glance.
            if (failed is not null && failed == _failed)
                return await LastWordAsync(id, $"Job {id} failed: {failed.TrimEnd('.')}.", stop);
            failed = _failed;
            if (await NowAsync(stop) >= job.Deadline)
                return await LastWordAsync(id, $"Job {id} was not done by its deadline, {TerminalWording.Of(job.Deadline)}.", stop);
            if (!_hasEvents && job.State != before)
                report(job.State.ToString().ToLowerInvariant());
            before = job.State;
            await Task.Delay(Glance, clock, stop);
        }
    }

    /// <summary>What the ledger says meanwhile counts more than what its scheduler said.</summary>
    private async Task<JobEnd> LastWordAsync(JobId id, string problem, CancellationToken stop)
    {
        var job = await FindAsync(id, stop);
        return job.State >= JobState.Settled
            ? Ended(job)
            : new JobEnd(job.State, $"{problem} {WayBack(id, job.State, job.Deadline, await NowAsync(stop))}");
    }

    /// <summary>How its buyer has the price again.</summary>
    public static string WayBack(JobId id, JobState state, DateTimeOffset deadline, DateTimeOffset now) =>
        state == JobState.Open && now < deadline
        ? $"Its price can be taken back with: databright job cancel {id}"
        : $"From {TerminalWording.Of(deadline)} on its price can be taken back with: databright job refund {id}";

    private static JobEnd Ended(Job job) =>
        new(job.State, job.State == JobState.Settled ? null : $"Job {job.Id} was refunded: it was cancelled, or not done in time.");

    /// <summary>The chain's clock. A chain without transactions makes no blocks, and its time goes on all the same.</summary>
    private async Task<DateTimeOffset> NowAsync(CancellationToken stop)
    {
        var latest = await AskAsync(sight.NowAsync, stop);
        var passed = (_first ??= latest) + clock.GetElapsedTime(_begun);
        return latest > passed ? latest : passed;
    }

    private Task<Job> FindAsync(JobId id, CancellationToken stop) =>
        AskAsync(async inner => await sight.FindAsync(id, inner) ?? throw MissingThings.Of(id), stop);

    /// <summary>A chain that is away for a while ends nobody's watching; one that stays away does.</summary>
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var answer = await ask(stop);
                if (_ledger.Succeed())
                    output.Note("The ledger answers again.");
                return answer;
            }
            catch (ChainException away) when (away.IsTransient)
            {
                var step = _ledger.Fail(away);
                if (step.IsGivenUp)
                    throw;
                if (step.IsNews)
                    output.Note($"{step.Reason} It is asked again.");
                await Task.Delay(step.Pause, clock, stop);
            }
        }
    }

    /// <summary>
    /// Listens until cancelled: a scheduler that started anew, or takes the order up later, is heard again from where it was left.
    /// </summary>
    private async Task ListenAsync(JobId id, CancellationToken stop)
    {
        long after = 0;
        while (!stop.IsCancellationRequested)
        {
            var pause = Again;
            try
            {
                await foreach (var happened in sight.WatchAsync(id, after, stop))
                {
                    after = Math.Max(after, happened.Sequence);
                    Tell(happened);
                    if (_scheduler.Succeed())
                        output.Note("The scheduler is heard again.");
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost)
            {
                var step = _scheduler.Fail(lost);
                if (step.IsNews)
                    output.Note($"The scheduler is not heard any more ({FaultWords.Of(lost).TrimEnd('.')}); the ledger is watched.");
                pause = step.Pause;
            }
            await Task.Delay(pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Tell(JobEvent happened)
    {
        _hasEvents = true;
        if (happened.Kind == JobEventKind.Failed)
            _failed = happened.Detail ?? "its scheduler gave it up";
        // An order that took the number of one that failed begins anew; whatever else is heard of a job that failed was on its way.
        else if (happened.Kind is JobEventKind.Offered or JobEventKind.Waiting)
            _failed = null;
        var words = new[] { happened.Kind.ToString().ToLowerInvariant(), happened.Task?.ToString(),
            happened.Worker is { } worker ? sight.Name(worker) : null, happened.Detail };
        var text = string.Join("  ", words.Where(word => !string.IsNullOrEmpty(word)));
        if (happened.Kind == JobEventKind.Progress || (output.IsTerminal && IsSmall(happened.Kind)))
            report(text);
        else
            output.Step(string.Create(CultureInfo.InvariantCulture, $"{happened.At:HH:mm:ss}  {text}"));
    }

    /// <summary>What happens to every single copy of a task: too much to read on a screen, worth keeping in a file.</summary>
    private static bool IsSmall(JobEventKind kind) =>
        kind is JobEventKind.Opened or JobEventKind.Leased or JobEventKind.Committed or JobEventKind.Revealed;
}
