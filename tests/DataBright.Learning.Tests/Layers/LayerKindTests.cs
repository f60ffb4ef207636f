using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Layers;

/// <summary>The table of the kinds: each has all its parts, and one that lacks a part fails by name.</summary>
public sealed class LayerKindTests
{
    private static readonly ExampleShape Input = new(2, 5, 6);
    private static readonly Layer[] Sample = [new Convolution("before", 3, 3, 1), new ChannelGain("it", 1.5f)];

    public static TheoryData<string> Names => [.. LayerKinds.Standard.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_kind_has_all_its_parts(string name)
    {
        var (input, layers) = LayerKindSamples.Of(name);
        new LayerKindCheck(LayerKinds.Standard.All.Single(kind => kind.Name == name), LayerKinds.Standard, input, layers).Run();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_kind_and_its_twin_have_the_same_bits(string name)
    {
        var (input, layers) = LayerKindSamples.Of(name);
        var net = new Architecture("sample", input, [.. layers, new Flatten("last-flat"), new Dense("last", 3)]);
        var (examples, start) = (Samples.Examples(net, 6, seed: 5), Initialisation.Draw(net, 2));
        int[] batch = [.. Enumerable.Range(0, 6)];
        var twin = new PlainNetwork(net);
        using var network = Network.Create(net, 6, threads: 2);
        twin.Load(start, null);
        network.Load(start, null);
        for (var step = 1; step <= 3; step++)
        {
            network.Train(examples, batch, new Optimiser(0.1f), step).ShouldBe(twin.Train(examples, batch, new Optimiser(0.1f), step));
            network.Parameters().Hash.ShouldBe(twin.Parameters().Hash);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_kind_is_documented_and_known_to_the_sample_trainer(string name)
    {
        var kind = LayerKinds.Standard.All.Single(kind => kind.Name == name);
        var rows = File.ReadLines(Repository.PathOf("docs", "learning.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var row = rows.Select(line => line.Split('|')).FirstOrDefault(cells => cells[1].Contains($"`{name}`", StringComparison.Ordinal));
        row.ShouldNotBeNull($"layer kind '{name}': docs/learning.md has no row of it");
        foreach (var property in kind.Properties) row[2].ShouldContain($"`{property}`");
        File.ReadAllText(Repository.PathOf("samples", "pytorch-trainer", "model.py")).ShouldContain($"    \"{name}\": ");
    }

    [Fact]
    public void A_kind_that_is_added_has_all_its_parts() => Check(new ChannelGainKind());

    [Fact]
    public void A_kind_that_is_not_in_the_table_is_an_error_and_no_other_layer()
    {
        Layer[] layers = [.. Sample, new Flatten("flat"), new Dense("last", 3)];
        Should.Throw<MalformedInputException>(() => new Architecture("net", Input, layers)).Message
            .ShouldContain("layer 'it': unknown kind ChannelGain");
        var json = new Architecture("net", Input, layers, Loss.SoftmaxCrossEntropy, With(new ChannelGainKind())).ToJson();
        Should.Throw<MalformedInputException>(() => Architecture.Parse(json)).Message
            .ShouldContain("layer 'it': kind 'channel-gain' is not known; convolution, max-pool, average-pool, global-average, relu, ");
    }

    /// <summary>What is forgotten, and what the failure says. A method that is left out altogether does not compile.</summary>
    [Theory]
    [InlineData("name", "The layer kind '' (ChannelGainKind) cannot be in the table: a name is lower-case letters and dashes.")]
    [InlineData("properties", "layer kind 'channel-gain', document: sample: layer 'it': unknown property 'factor'")]
    [InlineData("read", "layer kind 'channel-gain', document: read is not implemented.")]
    [InlineData("reading the property", "layer kind 'channel-gain', document: Factor is 1.5 and is read as 1")]
    [InlineData("write", "layer kind 'channel-gain', document: write is not implemented.")]
    [InlineData("writing the property", "layer kind 'channel-gain', document: sample: layer 'it': 'factor' is missing")]
    [InlineData("infer", "layer kind 'channel-gain', document: infer is not implemented.")]
    [InlineData("the shape",
        "layer kind 'channel-gain', step: The layer kind 'channel-gain' builds 3×5×6 where it infers 3×5×1 (layer 'it').")]
    [InlineData("the parameters", "layer kind 'channel-gain', step: An operation takes parameters, and its layer kind infers none.")]
    [InlineData("build", "layer kind 'channel-gain', step: build is not implemented.")]
    [InlineData("building",
        "layer kind 'channel-gain', step: The layer kind 'channel-gain' infers the tensor 'it.weight', which no operation takes")]
    [InlineData("the gradient of the weight", "layer kind 'channel-gain', step: 'it.weight' is not trained")]
    [InlineData("the gradient of the input", "layer kind 'channel-gain', step: 'before.bias' is not trained")]
    [InlineData("the influences", "layer kind 'channel-gain', influence: The parameters of layer 'it' have no in-run values.")]
    [InlineData("export", "layer kind 'channel-gain', ONNX: export is not implemented.")]
    [InlineData("exporting", "layer kind 'channel-gain', ONNX: output 0 is ")]
    [InlineData("the rectifier", "layer kind 'channel-gain', ONNX: output 0 is ")]
    public void A_kind_without_one_of_its_parts_fails_by_name(string forgotten, string expected) =>
        Should.Throw<Exception>(() => Check(new ChannelGainKind(forgotten))).Message.ShouldContain(expected);

    [Fact]
    public void Two_kinds_of_one_name_or_of_one_record_are_no_table()
    {
        string Fault(params LayerKind[] kinds) => Should.Throw<ArgumentException>(() => new LayerKinds(kinds)).Message;
        Fault(new ReluKind(), new ChannelGainKind("relu", []))
            .ShouldContain("The layer kind 'relu' (ChannelGainKind) cannot be in the table: another kind has that name.");
        Fault(new ChannelGainKind(), new ChannelGainKind("other", []))
            .ShouldContain("The layer kind 'other' (ChannelGainKind) cannot be in the table: 'channel-gain' has its record ChannelGain.");
        Fault(new ChannelGainKind("other", ["slope", "slope"])).ShouldContain("it has the property 'slope' twice");
        Fault(new ChannelGainKind("other", ["name"])).ShouldContain("it has the property 'name' twice");
    }

    private static LayerKinds With(LayerKind kind) => new([.. LayerKinds.Standard.All, kind]);

    private static void Check(LayerKind kind) => new LayerKindCheck(kind, With(kind), Input, Sample).Run();
}
