namespace DataBright.Failures;

/// <summary>Bounds what asks somebody else: whoever does not answer holds up those who need the answer, and only so long.</summary>
public static class TimeLimit
{
    /// <summary>
    /// Does something that must end in time, be it by itself or not: a call that does not hear of its cancellation is left behind.
    /// </summary>
    /// <param name="limit">How long.</param>
    /// <param name="clock">The time.</param>
    /// <param name="what">What is asked, as the beginning of a sentence.</param>
    /// <param name="act">Asks.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public static async Task<T> RunAsync<T>(TimeSpan limit, TimeProvider clock, string what, Func<CancellationToken, Task<T>> act,
        CancellationToken stop)
    {
        using var time = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, time.Token);
        try
        {
            return await act(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new TimeoutException($"{what} did not end within {limit.TotalSeconds:0.#} s.");
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public static Task RunAsync(TimeSpan limit, TimeProvider clock, string what, Func<CancellationToken, Task> act,
        CancellationToken stop) =>
        RunAsync(limit, clock, what, async inner =>
        {
            await act(inner);
            return true;
        }, stop);
}
