using System.Collections.Concurrent;
using DataBright.Failures;

namespace DataBright.Compute.Failures;

/// <summary>
/// Works on many things side by side: one that fails is tried again later, one that hangs is left behind after a while, and neither
/// holds up the others. What ended is not begun again until <see cref="Forget"/>.
/// </summary>
/// <param name="terms">How fast and how often each is tried again.</param>
/// <param name="most">How many at the same time.</param>
/// <param name="limit">How long one attempt may take.</param>
/// <param name="clock">The time.</param>
/// <param name="tell">Hears of every failure that is news.</param>
public sealed class SideBySide<TKey>(RetryTerms terms, int most, TimeSpan limit, TimeProvider clock, Action<TKey, RetryStep> tell)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Task> _working = [];
    private readonly ConcurrentDictionary<TKey, DateTimeOffset> _later = [];
    private readonly ConcurrentDictionary<TKey, bool> _ended = [];
    private readonly ConcurrentDictionary<TKey, bool> _renewed = [];
    private readonly RetryBook<TKey> _failed = new(terms, clock);

    /// <summary>Those that are not tried again, each with its reason.</summary>
    public IReadOnlyDictionary<TKey, string> GivenUp => _failed.GivenUp;

    /// <summary>Begins work on those that have come to their time, as many as there is room for; the others' turn is next time.</summary>
    /// <param name="keys">All there are.</param>
    /// <param name="work">Takes one a step further: when to look at it again, or null where nothing more is to be done.</param>
    /// <param name="stop">Cancels what was begun.</param>
    public void Begin(IEnumerable<TKey> keys, Func<TKey, CancellationToken, Task<DateTimeOffset?>> work, CancellationToken stop)
    {
        foreach (var key in keys)
        {
            if (_working.Count >= most) return;
            if (_ended.ContainsKey(key) || _working.ContainsKey(key) || !IsDue(key)) continue;
            var begun = new TaskCompletionSource();
            _working[key] = StepAsync(begun.Task, key, work, stop);
            begun.SetResult();
        }
    }

    public bool HasEnded(TKey key) => _ended.ContainsKey(key);

    /// <summary>Begins with it as if it had never been seen; one that is being worked on is looked at once more afterwards.</summary>
    public void Forget(TKey key)
    {
        if (_working.ContainsKey(key)) _renewed[key] = true;
        _ended.TryRemove(key, out _);
        _later.TryRemove(key, out _);
        _failed.Forget(key);
    }

    private bool IsDue(TKey key) => _failed.IsDue(key) && (!_later.TryGetValue(key, out var time) || clock.GetUtcNow() >= time);

    private async Task StepAsync(Task begun, TKey key, Func<TKey, CancellationToken, Task<DateTimeOffset?>> work, CancellationToken stop)
    {
        await begun;
        try
        {
            var next = await TimeLimit.RunAsync(limit, clock, "It", inner => Task.Run(() => work(key, inner), inner), stop);
            _failed.Forget(key);
            if (_renewed.TryRemove(key, out _)) return;
            if (next is { } time) _later[key] = time;
            else _ended[key] = true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            var step = _failed.Fail(key, fault, counts: !Outages.IsOne(fault));
            if (step.IsNews) tell(key, step);
        }
        finally
        {
            _working.TryRemove(key, out _);
        }
    }
}
