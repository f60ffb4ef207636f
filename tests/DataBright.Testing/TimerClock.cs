namespace DataBright.Testing;

/// <summary>Time that a test moves, with timers that ring when it passes them.</summary>
public sealed class TimerClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state), period);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Move(TimeSpan by)
    {
        DateTimeOffset end;
        lock (_gate) end = _now + by;
        while (Next(end) is { } ring) ring();
        lock (_gate) _now = end;
    }

    /// <summary>Moves on, a little at a time, until something is so. A deadline ends a test that would wait for ever.</summary>
    public async Task UntilAsync(Func<bool> holds, TimeSpan? step = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(4));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!holds())
        {
            Move(step ?? TimeSpan.FromSeconds(1));
            await tick.WaitForNextTickAsync(patience.Token);
        }
    }

    private Action? Next(DateTimeOffset end)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next is null) return null;
            if (next.Due > _now) _now = next.Due;
            next.Rang();
            if (next.Due == DateTimeOffset.MaxValue) _timers.Remove(next);
            return next.Ring;
        }
    }

    private sealed class Timer(TimerClock clock, Action ring, TimeSpan period) : ITimer
    {
        public Action Ring => ring;

        public DateTimeOffset Due { get; private set; }

        public void Rang() => Due = period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero ? DateTimeOffset.MaxValue : Due + period;

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
