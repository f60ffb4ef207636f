using DataBright.Failures;

namespace DataBright.Node.Roles;

/// <summary>
/// Something that a node does for as long as it runs. Whatever goes wrong in it is told once, and it goes on after a pause that grows up to
/// a minute:
/// it ends neither silently nor with its node.
/// </summary>
/// <param name="name">What it does, as the beginning of a sentence in the log.</param>
internal abstract class BackgroundRole(string name, TimeProvider clock, ILogger log) : BackgroundService
{
    private static readonly RetryTerms Terms = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(1);

    private readonly Retries _retries = new(Terms, clock);

    protected TimeProvider Clock => clock;

    protected ILogger Log => log;

    /// <summary>Goes on doing it until it is told to stop; returns before only where there is nothing to do on this node.</summary>
    protected abstract Task RunAsync(CancellationToken stop);

    /// <summary>For a role that goes on by itself: it went well, so that the next failure is told again.</summary>
    protected void WentWell()
    {
        if (_retries.Succeed()) log.LogInformation("{Role} goes on.", name);
    }

    /// <summary>Tells a failure and pauses.</summary>
    protected virtual async Task PauseAfterAsync(Exception fault, CancellationToken stop)
    {
        var step = _retries.Fail(fault);
        if (step.IsNews) log.LogWarning("{Fault}", step.Tell(name, "Restart the node to try again."));
        await Task.Delay(step.Pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Where a node could not begin, what a role works with is gone a moment before the role is told to stop.
                if (fault is ObjectDisposedException or { InnerException: ObjectDisposedException })
                    await Task.Delay(Ending, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stoppingToken.IsCancellationRequested) return;
                await PauseAfterAsync(fault, stoppingToken);
            }
        }
    }
}
