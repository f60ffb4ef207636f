using System.Diagnostics;
using System.Text.Json;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Checkpoints;

/// <summary>Exported models, opened and run by onnxruntime.</summary>
public sealed class OnnxModelTests
{
    private static readonly Dictionary<string, Architecture> Nets = Architectures.All.Concat(
    [
        Samples.Tiny, Samples.Residuals, Samples.Sequence, Samples.Regression,
        new("mixed-ranks", new(6, 1, 1), [new Residual("r", [new Dense("a", 6)]), new LayerNorm("n"), new Dense("b", 3)]),
    ]).ToDictionary(architecture => architecture.Name);

    public static TheoryData<string> Names => [.. Nets.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Onnxruntime_comes_to_the_same_outputs(string name)
    {
        var architecture = Nets[name];
        var examples = Samples.Examples(architecture, 5, seed: 8);
        // A few steps, so that running statistics, biases and scales are not what they started from.
        using var run = new TrainingRun(new TrainingPlan(architecture, Optimiser.Adam(0.01f), 5, 2, 3), examples);
        while (!run.IsComplete) run.Next();
        var checkpoint = run.Parameters();
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["model.onnx"], OnnxModel.Write(architecture, checkpoint), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder["input"], System.Runtime.InteropServices.MemoryMarshal.AsBytes(examples.Features.Span).ToArray(), TestContext.Current.CancellationToken);

        using var result = Run(folder["model.onnx"], folder["input"], $"{examples.Count}", $"{architecture.Input.Channels}", $"{architecture.Input.Height}", $"{architecture.Input.Width}");
        var root = result.RootElement;
        root.GetProperty("input")[0].GetString().ShouldBe(OnnxModel.Input);
        root.GetProperty("output")[0].GetString().ShouldBe(architecture.Loss == Loss.MeanSquaredError ? "predictions" : "scores");
        root.GetProperty("dimensions").EnumerateArray().Select(d => d.GetInt32()).ShouldBe([5, architecture.Classes]);
        var theirs = root.GetProperty("values").EnumerateArray().Select(v => v.GetSingle()).ToArray();
        var ours = Evaluation.Outputs(architecture, checkpoint, examples);
        var size = ours.Max(Math.Abs);
        for (var i = 0; i < ours.Length; i++) theirs[i].ShouldBe(ours[i], 2e-5f * size + 1e-6f, $"[{i}]");
        ours.Distinct().Count().ShouldBeGreaterThan(architecture.Classes);
    }

    [Fact]
    public void Equal_checkpoints_give_equal_files_and_strangers_are_refused()
    {
        var checkpoint = Initialisation.Draw(Samples.Tiny, 1);
        OnnxModel.Write(Samples.Tiny, checkpoint).ShouldBe(OnnxModel.Write(Samples.Tiny, Checkpoint.Parse(checkpoint.ToBytes())));
        Should.Throw<MalformedInputException>(() => OnnxModel.Write(Samples.Residuals, checkpoint)).Message.ShouldContain("stem.weight");
    }

    private static JsonDocument Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", [Repository.PathOf("tests", "DataBright.Learning.Tests", "Peers", "onnx.js"), .. arguments]) { RedirectStandardOutput = true };
        using var node = Process.Start(start)!;
        var line = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        node.ExitCode.ShouldBe(0);
        return JsonDocument.Parse(line);
    }
}
