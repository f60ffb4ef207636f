using System.Diagnostics;

namespace DataBright.Node.Tests.Watching;

/// <summary>Prometheus' own tool, which reads metrics as the server does and says what its authors would not accept.</summary>
internal static class Promtool
{
    public static async Task AcceptsAsync(string metrics)
    {
        var program = Find();
        Assert.SkipWhen(program is null, "No promtool on this machine: install prometheus, or name the program by DATABRIGHT_PROMTOOL.");
        using var process = Process.Start(new ProcessStartInfo(program!,
            ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(metrics);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            + await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        (process.ExitCode, said).ShouldBe((0, ""), metrics);
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DATABRIGHT_PROMTOOL") is { Length: > 0 } named)
            return File.Exists(named) ? named
                : throw new FileNotFoundException($"DATABRIGHT_PROMTOOL names {named}, which does not exist.");
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
    }
}
