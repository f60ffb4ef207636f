using DataBright.Failures;

namespace DataBright.Terminal.Processes;

/// <summary>
/// A child that is started again, at the same address, when it ends without having been told to: as an operator's service manager would.
/// </summary>
public sealed class KeptChild : IAsyncDisposable
{
    private const int MaxRestarts = 20;

    private static readonly RetryTerms Again = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(15), MaxRestarts);

    private readonly CancellationTokenSource _ending = new();
    private readonly string _logFolder;
    private readonly string[] _words;
    private Child _child;
    private Task _keeping = Task.CompletedTask;

    private KeptChild(Child child, string logFolder, string[] words) => (_child, _logFolder, _words) = (child, logFolder, words);

    public string Name => _child.Name;

    public string Address { get; private init; } = "";

    public int Restarts { get; private set; }

    /// <summary>Ends with a failure if the child keeps ending.</summary>
    public Task Keeping => _keeping;

    /// <param name="name">The child's name, for its log.</param>
    /// <param name="logFolder">Where its log is.</param>
    /// <param name="words">Its command line.</param>
    /// <param name="serves">Whether it listens itself: then it must listen there again.</param>
    /// <param name="stop">Cancels the start.</param>
    public static async Task<KeptChild> StartAsync(string name, string logFolder, string[] words, bool serves, CancellationToken stop)
    {
        var child = await Child.StartAsync(name, logFolder, words, stop);
        var kept = new KeptChild(child, logFolder, serves ? [.. words, "--listen", child.Address] : words) { Address = child.Address };
        kept._keeping = kept.KeepAsync();
        return kept;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _child.DisposeAsync();
        _ending.Dispose();
    }

    private async Task KeepAsync()
    {
        while (true)
        {
            try
            {
                await _child.WaitForExitAsync(_ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await _child.DisposeAsync();
            _child = await StartAgainAsync();
        }
    }

    /// <summary>
    /// What it needs may have ended too and be on its way back, so a start that cannot reach it is tried again. A full disk is not.
    /// </summary>
    private async Task<Child> StartAgainAsync()
    {
        var retries = new Retries(Again, TimeProvider.System);
        while (true)
        {
            Restarts++;
            try
            {
                return await Child.StartAsync(Name, _logFolder, _words, _ending.Token);
            }
            catch (Failure passing) when (passing.ExitCode == ExitCode.Unreachable)
            {
                var step = retries.Fail(passing);
                if (step.IsGivenUp)
                    throw;
                await Task.Delay(step.Pause, _ending.Token);
            }
        }
    }
}
