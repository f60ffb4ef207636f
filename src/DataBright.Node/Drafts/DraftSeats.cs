using DataBright.Node.Rest;

namespace DataBright.Node.Drafts;

/// <summary>
/// How many drafts are prepared at a time: each may read a held-out file and hash it, and plan thousands of tasks. Whoever comes while
/// all seats are taken is told to ask again.
/// </summary>
internal sealed class DraftSeats : IDisposable
{
    private const int AtOnce = 2;

    private readonly SemaphoreSlim _seats = new(AtOnce, AtOnce);

    /// <exception cref="TooBusyException">All seats are taken.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> prepare)
    {
        if (!_seats.Wait(0, CancellationToken.None)) throw new TooBusyException();
        try
        {
            return await prepare();
        }
        finally
        {
            _seats.Release();
        }
    }

    public void Dispose() => _seats.Dispose();
}
