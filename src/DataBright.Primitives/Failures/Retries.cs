namespace DataBright.Failures;

/// <summary>What is known of one thing that may fail: how often it did, why, and when it is tried again. Safe for many threads.</summary>
/// <param name="terms">How fast and how often.</param>
/// <param name="clock">The time.</param>
/// <param name="chance">Spreads the pauses; null keeps them as they are.</param>
public sealed class Retries(RetryTerms terms, TimeProvider clock, Random? chance = null)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private int _counted;
    private string? _told;

    /// <summary>Failures since it went well last.</summary>
    public int Failures { get; private set; }

    /// <summary>Why it failed last; null where it did not.</summary>
    public string? Reason { get; private set; }

    /// <summary>When it may be tried again.</summary>
    public DateTimeOffset Next
    {
        get { lock (_gate) return _next; }
    }

    /// <summary>Whether it failed so often that it is not tried again.</summary>
    public bool IsGivenUp
    {
        get { lock (_gate) return terms.Most is { } most && _counted >= most; }
    }

    /// <summary>Whether it may be tried now.</summary>
    public bool IsDue => !IsGivenUp && clock.GetUtcNow() >= Next;

    /// <summary>Notes a failure.</summary>
    /// <param name="fault">Why.</param>
    /// <param name="counts">Whether it brings the end nearer. What passes by itself, a chain that is away, does not.</param>
    public RetryStep Fail(Exception fault, bool counts = true)
    {
        lock (_gate)
        {
            Failures++;
            if (counts) _counted++;
            Reason = FaultWords.Of(fault);
            var pause = terms.PauseAfter(Failures, chance);
            _next = clock.GetUtcNow() + pause;
            var isOver = terms.Most is { } most && _counted >= most;
            var step = new RetryStep(Reason, Failures, pause, isOver, IsNews: isOver || Reason != _told);
            _told = Reason;
            return step;
        }
    }

    /// <summary>Notes that it went well.</summary>
    /// <returns>Whether it had failed before.</returns>
    public bool Succeed()
    {
        lock (_gate)
        {
            var had = Failures > 0;
            (Failures, _counted, Reason, _told, _next) = (0, 0, null, null, DateTimeOffset.MinValue);
            return had;
        }
    }
}

/// <summary>What follows from a failure.</summary>
/// <param name="Reason">Why it failed, in one line.</param>
/// <param name="Failures">How often in a row.</param>
/// <param name="Pause">Until it is tried again.</param>
/// <param name="IsGivenUp">It is not tried again.</param>
/// <param name="IsNews">Whether it has to be told: the reason is another one than last time, or this is the end.</param>
public sealed record RetryStep(string Reason, int Failures, TimeSpan Pause, bool IsGivenUp, bool IsNews)
{
    /// <summary>The whole of it as a sentence or two.</summary>
    /// <param name="what">What failed, as the beginning of a sentence.</param>
    /// <param name="again">How its operator has it tried again after the end.</param>
    public string Tell(string what, string again) => IsGivenUp
        ? $"{what} is given up after {Failures} attempts: {Reason} {again}"
        : $"{what} failed and is tried again, {(Failures == 1 ? "first" : "next")} in {Pause.TotalSeconds:0.#} s: {Reason}";
}
