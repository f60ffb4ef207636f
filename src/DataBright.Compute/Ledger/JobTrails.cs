using System.Buffers.Binary;
using DataBright.Ethereum;
using DataBright.Market;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Compute.Ledger;

/// <summary>What the chain has logged about the jobs of one scheduler: each block is read once, however many orders there are.</summary>
internal sealed class JobTrails(Market.Ledger ledger, Address scheduler, TimeProvider clock)
{
    /// <summary>A job that has ended is forgotten after so many blocks; whoever asks for it then has it read by itself.</summary>
    private const ulong Memory = 50_000;

    private readonly LogPoller _poller = new(ledger.Client, LogFilter.Of([ledger.Addresses.Jobs]), clock);
    private readonly SortedDictionary<ulong, List<Log>> _logs = [];
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private LogCursor _cursor = LogCursor.From(ledger.Addresses.FirstBlock);

    /// <summary>The trail of a job; null where it is none of this scheduler's, or ended long ago.</summary>
    public Task<JobTrail?> FindAsync(JobId job, CancellationToken stop) =>
        ReadAsync(() => _logs.TryGetValue(job.Value, out var logs) ? new JobTrail([.. logs]) : null, stop);

    /// <summary>The trails of all jobs of this scheduler that have not ended long ago, in the order of their numbers.</summary>
    public Task<IReadOnlyList<JobTrail>> AllAsync(CancellationToken stop) =>
        ReadAsync<IReadOnlyList<JobTrail>>(() => [.. _logs.Values.Select(logs => new JobTrail([.. logs]))], stop);

    /// <summary>One reader after the other.</summary>
    private async Task<T> ReadAsync<T>(Func<T> result, CancellationToken stop)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate) (before, _last) = (_last, mine.Task);
        try
        {
            await before.WaitAsync(stop);
            while (await _poller.NextAsync(_cursor, stop) is { } step)
            {
                if (step is Rewound rewound) Forget(rewound.FirstGone);
                if (step is LogBatch batch)
                    foreach (var log in batch.Logs) Enter(log);
                _cursor = step.Cursor;
            }

            if (_poller.Missing is { } missing)
                throw new LedgerUnavailableException($"The chain says that it has block {missing} and does not show it yet.");
            Tidy();
            return result();
        }
        finally
        {
            _ = before.ContinueWith(_ => mine.SetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private void Enter(Log log)
    {
        if (SubjectOf(log) is not { } job) return;
        if (Contract.Events.JobCreated.Matches(log))
        {
            foreach (var (_, created) in new[] { log }.Readable(Contract.Events.JobCreated.Decode))
                if (created.Order.Scheduler == scheduler) _logs[job] = [log];
        }
        else if (_logs.TryGetValue(job, out var known))
        {
            known.Add(log);
        }
    }

    private void Forget(ulong firstGone)
    {
        foreach (var (job, logs) in _logs.ToList())
        {
            logs.RemoveAll(log => log.BlockNumber >= firstGone);
            if (logs.Count == 0) _logs.Remove(job);
        }
    }

    private void Tidy()
    {
        foreach (var (job, logs) in _logs.ToList())
            if (logs[^1].BlockNumber + Memory < _cursor.Next && IsOver(new JobTrail(logs))) _logs.Remove(job);
    }

    /// <summary>An order whose deadline has passed can only be refunded, whether that is ever done or not.</summary>
    private bool IsOver(JobTrail trail) =>
        trail.Stage >= LedgerStage.Settled || trail.Created is not { } created
            || ChainTime.From(created.Order.Deadline) < clock.GetUtcNow();

    /// <summary>The job is the first indexed word of all its events but those about an account's credit.</summary>
    private static ulong? SubjectOf(Log log)
    {
        if (log.Topics.Count < 2) return null;
        var word = log.Topics[1].AsSpan();
        return word[..24].IndexOfAnyExcept((byte)0) < 0 ? BinaryPrimitives.ReadUInt64BigEndian(word[24..]) : null;
    }
}
