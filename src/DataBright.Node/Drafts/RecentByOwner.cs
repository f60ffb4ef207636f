namespace DataBright.Node.Drafts;

/// <summary>
/// What owners made last, in memory. One owner has few entries, so that nobody drives out what others prepared. An entry is forgotten
/// after a day, long before the files that it names are.
/// </summary>
internal sealed class RecentByOwner<TKey, TValue>(TimeProvider clock) where TKey : notnull where TValue : class
{
    private const int MaxEach = 10;
    private const int MaxAll = 1_000;

    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, (TValue Value, string Owner, DateTimeOffset At)> _known = [];

    /// <summary>Null where it is forgotten, or never was.</summary>
    public TValue? Find(TKey key)
    {
        lock (_gate) return _known.TryGetValue(key, out var found) && clock.GetUtcNow() - found.At < MaxAge ? found.Value : null;
    }

    public void Keep(TKey key, TValue value, string owner)
    {
        lock (_gate)
        {
            _known[key] = (value, owner, clock.GetUtcNow());
            Drop(_known.Where(entry => entry.Value.Owner == owner), MaxEach);
            Drop(_known, MaxAll);
        }
    }

    private void Drop(IEnumerable<KeyValuePair<TKey, (TValue Value, string Owner, DateTimeOffset At)>> entries, int max)
    {
        var all = entries.ToList();
        foreach (var (key, _) in all.OrderBy(entry => entry.Value.At).Take(all.Count - max))
            _known.Remove(key);
    }
}
