namespace DataBright.Node.Ledger;

/// <summary>Tells those who wait that something may have changed: a block was read, a task moved.</summary>
public sealed class LedgerPulse
{
    private TaskCompletionSource _next = New();

    public void Beat() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>Completes at the next beat after this call. Take it before reading, so that nothing falls in between.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
