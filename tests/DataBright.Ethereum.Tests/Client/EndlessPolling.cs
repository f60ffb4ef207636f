using System.Runtime.CompilerServices;

namespace DataBright.Ethereum.Client;

/// <summary>The poller's steps as one endless list, for tests that wait for what comes.</summary>
internal static class EndlessPolling
{
    /// <summary>Reads on and on from a cursor, until cancelled.</summary>
    public static async IAsyncEnumerable<LogStep> WatchAsync(
        this LogPoller poller, LogCursor cursor, TimeProvider clock, [EnumeratorCancellation] CancellationToken stop = default)
    {
        while (true)
        {
            if (await poller.NextAsync(cursor, stop) is not { } step)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), clock, stop);
                continue;
            }
            cursor = step.Cursor;
            yield return step;
        }
    }
}
