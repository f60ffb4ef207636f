using DataBright.Learning.Layers;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Tests.Layers;

/// <summary>
/// What the tests know of a kind of layer beside its folder of the product: a sample, and its slow twin. Found by its type, so that a kind
/// brings its own.
/// </summary>
internal abstract class LayerPart
{
    private static readonly IReadOnlyList<LayerPart> All = [.. typeof(LayerPart).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(LayerPart)) && !type.IsAbstract)
        .Select(type => (LayerPart)Activator.CreateInstance(type)!)];

    /// <summary>The record that documents state it by.</summary>
    public abstract Type Layer { get; }

    /// <summary>As in <see cref="LayerKindSamples"/>: the layer called "it", with all its properties, and one before it.</summary>
    public abstract (ExampleShape Input, Layer[] Layers) Sample { get; }

    /// <summary>Computes each value by itself, in plain loops.</summary>
    /// <param name="node">The layer, with the shapes before and after it.</param>
    /// <param name="values">What comes in: row × column × channel of each example.</param>
    /// <param name="network">Has the parameters, and takes their gradients.</param>
    public abstract PlainNetwork.Made Run(LayerNode node, float[] values, PlainNetwork network);

    /// <summary>The part of a kind; null where the shared lists have it.</summary>
    public static LayerPart? Find(Func<LayerPart, bool> wanted) => All.SingleOrDefault(wanted);
}
