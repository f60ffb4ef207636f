using System.Diagnostics;

namespace DataBright.EndToEnd;

/// <summary>Data folders on disks that run full: at the start, and in the middle of a job.</summary>
public sealed class FullDiskTests
{
    [Theory]
    [InlineData("300k")]
    [InlineData("4m")]
    [InlineData("40m")]
    public async Task A_full_disk_is_told_in_one_line(string size)
    {
        using var folder = new TemporaryFolder();
        Assert.SkipUnless(await RunAsync("true", folder["disk"], "1m") is { ExitCode: 0 },
            "Small disks need a user namespace: unshare -rm must be allowed.");

        var said = await RunAsync("dotnet \"$0\" demo --home \"$1/home\"", folder["disk"], size);

        said.ShouldFailClearly(6, "full");
        (await Leftovers.OfAsync(folder["disk"])).ShouldBeEmpty();
    }

    /// <summary>Runs a line of shell with a small disk of its own at a folder; $0 is the program, $1 the folder.</summary>
    private static async Task<Finished> RunAsync(string line, string disk, string size)
    {
        Directory.CreateDirectory(disk);
        var start = new ProcessStartInfo("unshare", ["-rm", "sh", "-c", $"mount -t tmpfs -o size={size} tmpfs \"$1\" && {line}",
            Path.Combine(AppContext.BaseDirectory, "databright.dll"), disk])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DATABRIGHT_ROOT"] = Repository.Root;
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new Finished(process.ExitCode, await output, await error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new Finished(-1, "", "unshare is not installed");
        }
    }
}
