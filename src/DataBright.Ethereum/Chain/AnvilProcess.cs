using System.Diagnostics;
using System.Globalization;

namespace DataBright.Ethereum;

/// <summary>
/// A running chain with its guard: a shell that reads from a pipe whose other end only this process holds. When this
/// process ends in whatever way, kill -9 included, the pipe closes and the guard asks the chain to save and end.
/// </summary>
/// <remarks>
/// PDEATHSIG alone would not do: it fires when the thread that started the child ends, and .NET's pool ends threads as
/// it likes. The guard has one thread, so where setpriv exists the chain also dies with the guard. setsid keeps
/// Ctrl-C in a terminal away from the chain, as its parent still needs it while it shuts down.
/// </remarks>
internal sealed class AnvilProcess : IDisposable
{
    private const string Guard = """
        log=$1 pidfile=$2; shift 2
        exec 3<&0 </dev/null >>"$log" 2>&1
        trap '' INT HUP
        if command -v setpriv >/dev/null 2>&1; then set -- setpriv --pdeathsig TERM "$@"; fi
        if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; fi
        "$@" 3<&- &
        chain=$!
        echo "$chain" >"$pidfile"
        ( read -r line <&3; kill -TERM "$chain" ) &
        watch=$!
        wait "$chain"
        code=$?
        kill "$watch" 2>/dev/null
        exit "$code"
        """;

    private readonly ChainFolder _folder;
    private readonly Process _guard;

    private AnvilProcess(ChainFolder folder, Process guard, int port) => (_folder, _guard, Port) = (folder, guard, port);

    public int Port { get; }

    public bool HasExited => _guard.HasExited;

    public static AnvilProcess Start(string program, ChainFolder folder, EmbeddedChainOptions options, int port)
    {
        folder.TurnLog();
        List<string> arguments =
        [
            "-c", Guard, "databright-chain", folder.Log, folder.ProcessId, program,
            "--host", "127.0.0.1", "--port", $"{port}", "--chain-id", $"{EmbeddedChain.ChainId}",
            "--accounts", $"{DevelopmentAccounts.Count}", "--mnemonic", DevelopmentAccounts.Mnemonic,
            "--dump-state", folder.LastWords, "--cache-path", folder.Cache,
            "--prune-history", $"{options.HistoryBlocks}", "--order", "fifo", "--no-request-size-limit", "--quiet",
        ];
        if (File.Exists(folder.State))
            arguments.AddRange(["--load-state", folder.State]);
        if (options.BlockTime is { } time)
            arguments.AddRange(["--block-time", time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)]);
        arguments.AddRange(options.AllowedOrigin is { } origin ? ["--allow-origin", origin] : ["--no-cors"]);
        var guard = Process.Start(new ProcessStartInfo("/bin/sh", arguments) { RedirectStandardInput = true })!;
        return new AnvilProcess(folder, guard, port);
    }

    public Task WaitAsync(CancellationToken stop) => _guard.WaitForExitAsync(stop);

    /// <summary>What the chain printed last.</summary>
    public string LastLines()
    {
        if (!File.Exists(_folder.Log))
            return "";
        var lines = File.ReadAllLines(_folder.Log).Where(l => !string.IsNullOrWhiteSpace(l)).ToList();
        return string.Join(' ', lines.TakeLast(5)).Trim();
    }

    /// <summary>Lets the chain save and end; after <paramref name="timeout"/> it is killed.</summary>
    public async Task EndAsync(TimeSpan timeout)
    {
        _guard.StandardInput.Close();
        using var waiting = new CancellationTokenSource(timeout);
        try
        {
            await _guard.WaitForExitAsync(waiting.Token);
        }
        catch (OperationCanceledException)
        {
            _guard.Kill(entireProcessTree: true);
            await _guard.WaitForExitAsync();
        }
        File.Delete(_folder.ProcessId);
    }

    public void Dispose() => _guard.Dispose();
}
