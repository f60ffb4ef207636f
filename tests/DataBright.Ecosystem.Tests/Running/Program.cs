using System.Diagnostics;
using System.Text.Json;

namespace DataBright.Ecosystem.Tests.Running;

/// <summary>A program of this repository as a process of its own, which inherits nothing that could change what it does.</summary>
internal sealed class Program : IAsyncDisposable
{
    private static readonly TimeSpan TestTimeout = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly Task<string> _error;

    private Program(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The command line, from beside the tests.</summary>
    public static string Databright { get; } = Path.Combine(AppContext.BaseDirectory, "databright.dll");

    /// <summary>The sample, from its own folder of the same configuration and framework.</summary>
    public static string Sample { get; } = Path.Combine(
        [Repository.Root, "samples", "nethereum", "bin",
            .. Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar)[^2..],
            "NethereumSample.dll"]);

    public StreamReader Output => _process.StandardOutput;

    public static Program Start(string assembly, string home, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("DATABRIGHT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["DATABRIGHT_ROOT"] = Repository.Root;
        start.Environment["DATABRIGHT_HOME"] = home;
        start.Environment["DATABRIGHT_PASSWORD"] = "secret";
        start.Environment["HOME"] = home;
        return new Program(Process.Start(start)!);
    }

    public static async Task<Finished> RunAsync(string assembly, string home, params string[] words)
    {
        await using var running = Start(assembly, home, words);
        running.CloseInput();
        return await running.EndAsync();
    }

    /// <summary>Closes its standard input, as a parent does that ends.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    public async Task<Finished> EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TestTimeout);
        var output = await Output.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        return new Finished(_process.ExitCode, output, await _error);
    }

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

/// <summary>What a finished program said.</summary>
internal sealed record Finished(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public Finished ShouldSucceed()
    {
        ExitCode.ShouldBe(0, $"{Output}\n{Error}");
        return this;
    }
}
