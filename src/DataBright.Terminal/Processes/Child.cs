using System.Diagnostics;

namespace DataBright.Terminal.Processes;

/// <summary>Another process of this program (a node, a referee, a worker), started, watched, and ended with this one.</summary>
public sealed class Child : IAsyncDisposable
{
    /// <summary>What a child prints, followed by its address, once it serves.</summary>
    public const string ReadyMark = "ready ";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly ChildLog _log;
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    private Child(string name, Process process, ChildLog log)
    {
        Name = name;
        _process = process;
        _log = log;
    }

    public string Name { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The child's address, once it has said so.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts `databright WORDS` and waits until it says that it is ready.</summary>
    /// <exception cref="Failure">It ended, or said nothing for too long; its last words are in the message.</exception>
    public static async Task<Child> StartAsync(string name, string logFolder, IEnumerable<string> words, CancellationToken stop)
    {
        Directory.CreateDirectory(logFolder);
        var program = OwnProgram.With(words);
        var start = new ProcessStartInfo(program[0], program.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = new Process { StartInfo = start };
        var log = new ChildLog(Path.Combine(logFolder, $"{name}.log"));
        var child = new Child(name, process, log);
        process.OutputDataReceived += (_, said) => child.Hear(said.Data);
        process.ErrorDataReceived += (_, said) => child.Hear(said.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await child.WaitUntilReadyAsync(stop);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process at once, as a crash would.</summary>
    public void Kill() => _process.Kill();

    public Task WaitForExitAsync(CancellationToken stop) => _process.WaitForExitAsync(stop);

    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var grace = new CancellationTokenSource(Grace);
            try
            {
                await _process.WaitForExitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _closed = true;
        _process.Dispose();
        _log.Dispose();
    }

    private async Task WaitUntilReadyAsync(CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Timeout);
        var ended = _process.WaitForExitAsync(timeout.Token);
        var first = await Task.WhenAny(_ready.Task, ended);
        stop.ThrowIfCancellationRequested();
        if (first != _ready.Task)
            throw new Failure(ExitCodeOfStart(), $"{Name} did not start: {_log.LastWords()}");
        Address = await _ready.Task;
    }

    /// <summary>A child that ended by itself knows best what is wrong; one that was waited for in vain cannot be reached.</summary>
    private int ExitCodeOfStart() =>
        _process.HasExited && _process.ExitCode is > ExitCode.Done and < ExitCode.Bug and var code ? code : ExitCode.Unreachable;

    private void Hear(string? line)
    {
        if (line is null)
            return;
        if (line.StartsWith(ReadyMark, StringComparison.Ordinal))
            _ready.TrySetResult(line[ReadyMark.Length..]);
        _log.Write(line);
    }
}
