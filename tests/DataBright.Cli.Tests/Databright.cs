using System.Diagnostics;
using System.Text.Json;

namespace DataBright.Cli.Tests;

/// <summary>Runs the real command line as a process of its own, which inherits nothing that could change what it does.</summary>
internal sealed class Databright : IAsyncDisposable
{
    private static readonly TimeSpan TestTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _error;

    private Databright(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public StreamReader Output => _process.StandardOutput;

    public bool HasExited => _process.HasExited;

    public int ProcessId => _process.Id;

    public static Databright Start(string home, string? password, params string[] words) => Start(home, password, words, []);

    public static Databright Start(string home, string? password, string[] words, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "databright.dll"));
        foreach (var word in words)
            start.ArgumentList.Add(word);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("DATABRIGHT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["DATABRIGHT_ROOT"] = Repository.Root;
        start.Environment["DATABRIGHT_HOME"] = home;
        start.Environment["HOME"] = home;
        if (password is not null)
            start.Environment["DATABRIGHT_PASSWORD"] = password;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Databright(Process.Start(start)!);
    }

    /// <summary>Runs a command within this process: the same words, the same two streams, the same code.</summary>
    public static async Task<Finished> CallAsync(string home, params string[] words)
    {
        StringWriter output = new(), error = new();
        var code = await Entry.RunAsync([.. words, "--home", home], output, error, TestContext.Current.CancellationToken);
        return new Finished(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command as a process of its own.</summary>
    public static async Task<Finished> RunAsync(string home, params string[] words) => await RunAsync(home, "secret", words);

    public static async Task<Finished> RunAsync(string home, string? password, string[] words, string input = "",
        params (string Name, string Value)[] environment)
    {
        await using var running = Start(home, password, words, environment);
        await running._process.StandardInput.WriteAsync(input);
        running._process.StandardInput.Close();
        return await running.EndAsync();
    }

    public async Task<Finished> EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TestTimeout);
        var output = await Output.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        return new Finished(_process.ExitCode, output, await _error);
    }

    /// <summary>Closes its standard input, as a parent does that ends.</summary>
    public void Orphan() => _process.StandardInput.Close();

    /// <summary>As the machine's kill -9 does it, with everything it started.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

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

    public Finished ShouldSucceed()
    {
        ExitCode.ShouldBe(0, $"{Output}\n{Error}");
        return this;
    }

    /// <summary>One line on standard error, nothing on standard output, and nothing that looks like a stack trace.</summary>
    public Finished ShouldFailClearly(int exitCode, params string[] saying)
    {
        ExitCode.ShouldBe(exitCode, $"{Output}\n{Error}");
        foreach (var part in saying)
            Error.ShouldContain(part);
        Error.Trim().ShouldNotContain("\n");
        Error.ShouldStartWith("databright: ");
        Error.ShouldNotContain("   at ");
        Error.ShouldNotContain("please report");
        Output.ShouldBeEmpty();
        return this;
    }
}
