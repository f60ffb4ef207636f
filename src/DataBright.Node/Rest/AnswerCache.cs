namespace DataBright.Node.Rest;

/// <summary>
/// Answers that cost something to make, kept for a while: whoever asks in a loop, or a thousand at once, has one made. One that could not
/// be made is not tried again at once. So many are made at a time, so many may wait, and the rest is sent away.
/// </summary>
/// <param name="clock">Says what is stale.</param>
/// <param name="timeToLive">How long an answer is good.</param>
/// <param name="maxConcurrent">Answers that are made at a time.</param>
/// <param name="maxEntries">Answers that are kept.</param>
internal sealed class AnswerCache<TKey, TAnswer>(
    TimeProvider clock, TimeSpan timeToLive, int maxConcurrent = 1, int maxEntries = 256) where TKey : notnull
{
    /// <summary>How long what could not be made stays so.</summary>
    public static readonly TimeSpan FailureTimeToLive = TimeSpan.FromSeconds(5);

    /// <summary>Answers that are waited for, beside those that are being made.</summary>
    public const int MaxWaiting = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private int _making;

    /// <summary>The answer of a key, made now where none is fresh. Making it goes on when whoever asked first has left.</summary>
    /// <exception cref="TooBusyException">Too many answers are being made.</exception>
    public Task<TAnswer> GetAsync(TKey key, Func<Task<TAnswer>> make, CancellationToken stop)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_entries.TryGetValue(key, out var entry) && !IsStale(entry, now)) return entry.Answer.WaitAsync(stop);
            if (_waiting.Count >= MaxWaiting) throw new TooBusyException();
            if (_entries.Count >= maxEntries) MakeRoom(now);
            var turn = Turn();
            entry = new Entry(now);
            entry.Answer = Task.Run(() => MakeAsync(entry, turn, make), CancellationToken.None);
            _entries[key] = entry;
            return entry.Answer.WaitAsync(stop);
        }
    }

    private async Task<TAnswer> MakeAsync(Entry entry, Task turn, Func<Task<TAnswer>> make)
    {
        await turn;
        try
        {
            return await make();
        }
        finally
        {
            lock (_gate)
            {
                entry.Made = clock.GetUtcNow();
                if (_waiting.TryDequeue(out var next)) next.SetResult();
                else _making--;
            }
        }
    }

    /// <summary>Called under the gate.</summary>
    private Task Turn()
    {
        if (_making < maxConcurrent)
        {
            _making++;
            return Task.CompletedTask;
        }

        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(waiting);
        return waiting.Task;
    }

    private bool IsStale(Entry entry, DateTimeOffset now) =>
        entry.Answer.IsCompleted && now - entry.Made >= (entry.Answer.IsCompletedSuccessfully ? timeToLive : FailureTimeToLive);

    /// <summary>The stale ones go; where all are timeToLive, the oldest that is made.</summary>
    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (key, entry) in _entries.ToArray())
            if (IsStale(entry, now)) _entries.Remove(key);
        if (_entries.Count < maxEntries) return;
        if (_entries.Where(pair => pair.Value.Answer.IsCompleted).OrderBy(pair => pair.Value.Made).Select(pair => pair.Key).Take(1)
            .ToArray() is [var oldest]) _entries.Remove(oldest);
    }

    private sealed class Entry(DateTimeOffset begun)
    {
        public Task<TAnswer> Answer { get; set; } = null!;

        public DateTimeOffset Made { get; set; } = begun;
    }
}

/// <summary>Too many ask for what costs something to answer.</summary>
/// <param name="words">What is going on, and what to do.</param>
internal sealed class TooBusyException(
    string words = "Too many such questions are being answered here. Ask again in some seconds.")
    : RefusedException(FailureKind.Unavailable, "TooBusy", words);
