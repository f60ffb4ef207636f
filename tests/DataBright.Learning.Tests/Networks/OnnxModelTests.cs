using DataBright.Learning.Checkpoints;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DataBright.Learning.Tests.Networks;

/// <summary>Exported models, opened and run by ONNX Runtime, inside of this process.</summary>
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
    public void Onnx_runtime_comes_to_the_same_outputs(string name)
    {
        var architecture = Nets[name];
        var examples = Samples.Examples(architecture, 5, seed: 8);
        // A few steps, so that running statistics, biases and scales are not what they started from.
        using var run = new TrainingRun(new TrainingPlan(architecture, Optimiser.Adam(0.01f), 5, 2, 3), examples);
        while (!run.IsComplete) run.Next();
        var checkpoint = run.Parameters();

        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(OnnxModel.Write(architecture, checkpoint), options);
        var output = architecture.Loss == Loss.MeanSquaredError ? "predictions" : "scores";
        session.InputNames.ShouldBe([OnnxModel.Input]);
        session.OutputNames.ShouldBe([output]);
        session.ModelMetadata.CustomMetadataMap["databright.architecture"].ShouldBe(architecture.Hash.ToString());
        session.ModelMetadata.CustomMetadataMap["databright.checkpoint"].ShouldBe(checkpoint.Hash.ToString());
        var input = new DenseTensor<float>(examples.Features.ToArray(),
            [examples.Count, architecture.Input.Channels, architecture.Input.Height, architecture.Input.Width]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(OnnxModel.Input, input)]);
        var tensor = results.ShouldHaveSingleItem().AsTensor<float>();
        tensor.Dimensions.ToArray().ShouldBe([5, architecture.Classes]);
        var theirs = tensor.ToArray();
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
}
