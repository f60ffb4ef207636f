using System.Diagnostics;
using System.Text.Json;

namespace DataBright.EndToEnd;

/// <summary>Runs the real command line as its own process.</summary>
internal sealed class Databright : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly Task<string> _output;

    private Databright(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public int ProcessId => _process.Id;

    public static Databright Start(string? home, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "databright.dll"));
        foreach (var word in words)
            start.ArgumentList.Add(word);
        start.Environment["DATABRIGHT_ROOT"] = Repository.Root;
        if (home is not null)
            start.Environment["DATABRIGHT_HOME"] = home;
        return new Databright(Process.Start(start)!);
    }

    public static async Task<Finished> RunAsync(string? home, params string[] words)
    {
        await using var running = Start(home, words);
        return await running.EndAsync();
    }

    /// <summary>Waits for the process to end by itself.</summary>
    public async Task<Finished> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Finished(_process.ExitCode, await _output, await _error);
    }

    /// <summary>Asks it to end, as Ctrl-C does.</summary>
    public void Interrupt()
    {
        // A shell's background job is deaf to Ctrl-C, and so is all that it starts; the program treats both signals alike.
        using var kill = Process.Start("kill", [IgnoresInterrupts() ? "-TERM" : "-INT", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    private bool IgnoresInterrupts()
    {
        var ignored = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & 1UL << 1) != 0; // SIGINT is signal 2
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}

/// <summary>What a finished command said.</summary>
internal sealed record Finished(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>One line on standard error, and nothing that looks like a stack trace.</summary>
    public Finished ShouldFailClearly(int exitCode, string saying)
    {
        ExitCode.ShouldBe(exitCode, $"{Output}\n{Error}");
        Error.Trim().ShouldContain(saying);
        Error.Trim().ShouldNotContain("\n");
        Error.ShouldNotContain("   at ");
        return this;
    }
}
