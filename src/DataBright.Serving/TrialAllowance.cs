namespace DataBright.Serving;

/// <summary>Predictions that a visitor may try for nothing each day, and that all visitors together may.</summary>
public sealed class TrialAllowance(int eachPerDay, int allPerDay, TimeProvider clock)
{
    private readonly Lock _one = new();
    private readonly Dictionary<string, int> _used = [];
    private DateOnly _day;
    private int _all;

    /// <summary>Takes so many from what is left to a visitor today.</summary>
    /// <returns>False where less is left.</returns>
    public bool TryTake(string visitor, int count)
    {
        lock (_one)
        {
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            if (today != _day)
            {
                (_day, _all) = (today, 0);
                _used.Clear();
            }

            var used = _used.GetValueOrDefault(visitor);
            if (count > eachPerDay - used || count > allPerDay - _all) return false;
            _used[visitor] = used + count;
            _all += count;
            return true;
        }
    }

    /// <summary>What was taken and not answered is left to the visitor again.</summary>
    public void GiveBack(string visitor, int count)
    {
        lock (_one)
        {
            if (_used.GetValueOrDefault(visitor) is not (> 0 and var used)) return;
            var back = Math.Min(count, used);
            _used[visitor] = used - back;
            _all -= back;
        }
    }
}
