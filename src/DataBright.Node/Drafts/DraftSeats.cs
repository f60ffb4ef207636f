using DataBright.Node.Rest;

namespace DataBright.Node.Drafts;

/// <summary>
/// How many drafts are prepared at a time: each may read a held-out file and hash it, and plan thousands of tasks. A few more wait for
/// their turn.
/// </summary>
internal sealed class DraftSeats : IDisposable
{
    private const int AtOnce = 2;
    private const int MaxWaiting = 8;

    private readonly SemaphoreSlim _seats = new(AtOnce, AtOnce);
    private int _present;

    /// <param name="prepare">The costly part, after all that can be refused without it.</param>
    /// <param name="stop">Ends the waiting; the work looks at its own.</param>
    /// <exception cref="TooBusyException">All seats are taken, and as many wait as may.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> prepare, CancellationToken stop)
    {
        try
        {
            if (Interlocked.Increment(ref _present) > AtOnce + MaxWaiting) throw new TooBusyException();
            await _seats.WaitAsync(stop);
            try
            {
                return await prepare();
            }
            finally
            {
                _seats.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _present);
        }
    }

    public void Dispose() => _seats.Dispose();
}
