namespace DataBright.Ethereum.Tests.Signers;

/// <summary>
/// The system's clock, but for one length of time: a timer that is set for it fires when the test says that it has passed.
/// </summary>
public sealed class ManualTimeoutClock(TimeSpan patience) : TimeProvider
{
    private readonly List<Action> _waiting = [];

    /// <summary>The time of all who wait is up.</summary>
    public void RunOut()
    {
        Action[] due;
        lock (_waiting)
            due = [.. _waiting];
        foreach (var fire in due)
            ThreadPool.QueueUserWorkItem(_ => fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != patience)
            return base.CreateTimer(callback, state, dueTime, period);
        var timer = new Timer(this, () => callback(state));
        lock (_waiting)
            _waiting.Add(timer.Fire);
        return timer;
    }

    private sealed class Timer(ManualTimeoutClock clock, Action fire) : ITimer
    {
        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (clock._waiting)
                clock._waiting.Remove(fire);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
