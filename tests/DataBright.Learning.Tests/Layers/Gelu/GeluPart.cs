using DataBright.Learning.Arithmetic;
using DataBright.Learning.Layers;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Tests.Layers;

internal sealed class GeluPart : LayerPart
{
    public override Type Layer => typeof(Gelu);

    public override (ExampleShape Input, Layer[] Layers) Sample => (LayerKindSamples.Map, [LayerKindSamples.Before, new Gelu("it")]);

    public override PlainNetwork.Made Run(LayerNode node, float[] values, PlainNetwork network) => new(
        Array.ConvertAll(values, Elementary.Gelu), g => [.. values.Select((v, k) => Elementary.GeluSlope(v) * g[k])]);
}
