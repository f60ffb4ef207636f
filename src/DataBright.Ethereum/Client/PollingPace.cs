namespace DataBright.Ethereum;

/// <summary>Pauses that grow, and how long it has been.</summary>
internal sealed class PollingPace(SendingOptions options, TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private TimeSpan _pause = options.FirstPause;

    public Exception? LastFault { get; set; }

    public TimeSpan Waited => clock.GetElapsedTime(_began);

    public Task PauseAsync(CancellationToken stop)
    {
        var pause = _pause;
        _pause = _pause * 1.5 < options.LongestPause ? _pause * 1.5 : options.LongestPause;
        return Task.Delay(pause, clock, stop);
    }
}
