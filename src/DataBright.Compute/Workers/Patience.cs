using DataBright.Compute.Protocol;

namespace DataBright.Compute.Workers;

/// <summary>How long to wait before trying again: twice as long each time, up to half a minute.</summary>
internal sealed class Patience(TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    private TimeSpan _next = Shortest;

    /// <summary>Whether trying again may help: the network or the other side failed, not what was said.</summary>
    public static bool IsPassing(Exception fault) => fault is HttpRequestException or ProtocolException or TimeoutException or IOException;

    public void Restore() => _next = Shortest;

    public async Task WaitAsync(CancellationToken stop)
    {
        var now = _next;
        _next = now * 2 < Longest ? now * 2 : Longest;
        await Task.Delay(now, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
