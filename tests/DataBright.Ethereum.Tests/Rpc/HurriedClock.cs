namespace DataBright.Ethereum.Rpc;

/// <summary>
/// A clock on which waiting takes no time: a timer of up to <paramref name="upTo"/> moves the clock and fires at once.
/// Longer ones, which are timeouts, never fire.
/// </summary>
public sealed class HurriedClock(TimeSpan upTo) : TimeProvider
{
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every wait, in order.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > upTo || dueTime < TimeSpan.Zero)
            return new Timer();
        Waits.Add(dueTime);
        _now += dueTime;
        // Not on this thread: the caller has not finished making its timer.
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
