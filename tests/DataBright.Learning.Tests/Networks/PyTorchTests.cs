using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Trainers;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Networks;

/// <summary>Loss, every gradient, outputs and running statistics against PyTorch, which knows nothing of how they are made here.</summary>
public sealed class PyTorchTests
{
    /// <summary>All samples, without dropout: two generators drop different values.</summary>
    private static readonly Dictionary<string, Architecture> Nets =
        new[] { Samples.Tiny, Samples.Residuals, Samples.Sequence, Samples.Regression }
        .Concat(Architectures.All).Select(WithoutDropout).ToDictionary(architecture => architecture.Name);

    public static TheoryData<string> Names => [.. Nets.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task PyTorch_comes_to_the_same_figures(string name)
    {
        Python.RequireTorch();
        var stop = TestContext.Current.CancellationToken;
        var architecture = Nets[name];
        var examples = Samples.Examples(architecture, 6, seed: 3);
        var start = Parameters(architecture);
        using var folder = new TemporaryFolder();
        await start.SaveAsync(folder["parameters.safetensors"], stop);
        await File.WriteAllTextAsync(folder["architecture.json"], architecture.ToJson(), stop);
        await TrainerData.WriteAsync(examples, folder.Path, stop);
        var (code, error) = Python.Run(Repository.PathOf("tests", "DataBright.Learning.Tests", "Peers", "pytorch_gradients.py"),
            folder.Path, Repository.PathOf("samples", "pytorch-trainer"));
        code.ShouldBe(0, error);

        Compare(architecture, start, examples, folder);
    }

    private static void Compare(Architecture architecture, Checkpoint start, ExampleSet examples, TemporaryFolder folder)
    {
        using var network = Network.Create(architecture, examples.Count, 2);
        network.Load(start, null);
        int[] batch = [.. Enumerable.Range(0, examples.Count)];
        var outputs = new float[examples.Count * architecture.Classes];
        network.Evaluate(examples, batch, outputs);
        Near(outputs, Read(folder["outputs.safetensors"]).Find("outputs")!, "outputs");

        var loss = network.Train(examples, batch, new Optimiser(float.Epsilon), 1);
        var peer = Read(folder["gradients.safetensors"]);
        Near([loss], peer.Find("loss")!, "loss");
        foreach (var gradient in network.Gradients().Tensors) Near(gradient.Values.ToArray(), peer.Find(gradient.Name)!, gradient.Name);
        var after = network.Parameters();
        foreach (var running in Read(folder["running.safetensors"]).Tensors)
            Near(after.Find(running.Name)!.Values.ToArray(), running, running.Name);
    }

    private static void Near(float[] ours, Tensor theirs, string what)
    {
        var values = theirs.Values.ToArray();
        ours.Length.ShouldBe(values.Length, what);
        var size = values.Max(value => Math.Abs((double)value));
        for (var i = 0; i < ours.Length; i++) ((double)ours[i]).ShouldBe(values[i], 2e-4 * size + 2e-6, $"{what}[{i}]");
    }

    private static Checkpoint Read(string path) => Checkpoint.Parse(File.ReadAllBytes(path), path);

    private static Architecture WithoutDropout(Architecture architecture) =>
        new(architecture.Name, architecture.Input, WithoutDropout(architecture.Layers), architecture.Loss);

    private static Layer[] WithoutDropout(IReadOnlyList<Layer> layers) =>
        [.. layers.Where(layer => layer is not Dropout)
            .Select(layer => layer is Residual branch
                ? new Residual(branch.Name, WithoutDropout(branch.Body), WithoutDropout(branch.Shortcut)) : layer)];

    /// <summary>Drawn parameters with biases, scales and running statistics that are not all alike.</summary>
    private static Checkpoint Parameters(Architecture architecture) =>
        new(Initialisation.Draw(architecture, 5).Tensors.Select((tensor, number) =>
        {
            var noise = Samples.Floats(tensor.Values.Length, 50 + (ulong)number);
            return new Tensor(tensor.Name, tensor.Shape,
                [.. tensor.Values.ToArray().Select((value, i) => value + 0.2f * noise[i] * (value == 0 || value == 1 ? 1f : 0.1f))]);
        }));
}
