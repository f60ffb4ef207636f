using DataBright.Learning.Layers;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Tests.Layers;

/// <summary>A few layers for each kind, among them all properties of the kind. Layers before give it gradients to pass on.</summary>
internal static class LayerKindSamples
{
    /// <summary>Two channels of five rows and six columns.</summary>
    public static readonly ExampleShape Map = new(2, 5, 6);

    /// <summary>A layer before the one that is looked at, over such a map.</summary>
    public static readonly Convolution Before = new("before", 5, 3, 1);

    private static readonly ExampleShape Tokens = new(1, 1, 5);

    private static readonly Dictionary<string, (ExampleShape Input, Layer[] Layers)> ByKind = new(StringComparer.Ordinal)
    {
        ["convolution"] = (Map, [Before, new Convolution("it", 3, 3, 1, Stride: 2, HasBias: false)]),
        ["max-pool"] = (Map, [Before, new MaxPool("it", 2)]),
        ["average-pool"] = (Map, [Before, new AveragePool("it", 2)]),
        ["global-average"] = (Map, [Before, new GlobalAverage("it")]),
        ["relu"] = (Map, [Before, new Relu("it")]),
        ["tanh"] = (Map, [Before, new Tanh("it")]),
        ["flatten"] = (Map, [Before, new Flatten("it")]),
        ["dense"] = (Map, [Before, new Flatten("flat"), new Dense("it", 7)]),
        ["layer-norm"] = (Map, [Before, new LayerNorm("it")]),
        ["batch-norm"] = (Map, [Before, new BatchNorm("it")]),
        ["dropout"] = (Map, [Before, new Dropout("it", 0.4f)]),
        ["embedding"] = (Tokens, [new Embedding("it", 7, 6)]),
        ["self-attention"] = (Tokens, [new Embedding("before", 7, 6), new SelfAttention("it", 2)]),
        ["residual"] = (Map, [Before, new Residual("it", [new Convolution("a", 4, 3, 1), new Tanh("b")], [new Convolution("c", 4, 1, 0)])]),
    };

    /// <summary>The sample of a standard kind.</summary>
    public static (ExampleShape Input, Layer[] Layers) Of(string kind) => ByKind.TryGetValue(kind, out var sample)
        ? sample
        : LayerPart.Find(part => LayerKinds.Standard.All.Any(one => one.Name == kind && one.Layer == part.Layer))?.Sample
            ?? throw new ShouldAssertException($"layer kind '{kind}': add a sample of it, as a {nameof(LayerPart)}");
}
