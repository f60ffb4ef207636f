using System.Text.Json;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;
using DataBright.Learning.Layers;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Tests.Layers;

/// <summary>A layer that the library does not have: y = factor · weight · x, with a weight for each channel.</summary>
internal sealed record ChannelGain(string Name, float Factor) : Layer(Name);

/// <summary>Its kind, in which any one part can be forgotten: a part is left as it would be if nobody had thought of it.</summary>
internal sealed class ChannelGainKind(string name, string[] properties, string forgotten = "") : LayerKind<ChannelGain>(name, properties)
{
    public ChannelGainKind(string forgotten = "")
        : this(forgotten == "name" ? "" : "channel-gain", forgotten == "properties" ? [] : ["factor"], forgotten)
    {
    }

    public override ChannelGain Read(string name, StrictJson json, LayerKinds kinds)
    {
        RequireWritten("read");
        return new(name, forgotten == "reading the property" ? 1f : json.Single("factor"));
    }

    protected override void Write(ChannelGain layer, Utf8JsonWriter json, LayerKinds kinds)
    {
        RequireWritten("write");
        if (forgotten != "writing the property") json.WriteNumber("factor", layer.Factor);
    }

    protected override LayerNode Infer(ChannelGain layer, Flow flow, ShapeInference shapes)
    {
        RequireWritten("infer");
        ParameterShape[] weight = [new($"{layer.Name}.weight", [flow.Shape.Channels], 1, ParameterStart.One)];
        return forgotten switch
        {
            "the parameters" => SameShape(layer, flow),
            "the shape" => NewShape(layer, flow, flow.Shape with { Width = 1 }) with { Parameters = weight },
            _ => SameShape(layer, flow) with { Parameters = weight },
        };
    }

    protected override Map Build<L, V>(ChannelGain layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        RequireWritten("build");
        if (forgotten == "building") return input;
        var output = plan.AddMap(input.Shape);
        plan.AddStep(() => new ChannelGainOperation<L, V>(
            forgotten, layer.Factor, node.Input, input, output, plan.TakeVectors(node.Parameters, node.ChannelPlaces)));
        return output;
    }

    protected override string Export(ChannelGain layer, LayerNode node, string input, OnnxExport onnx)
    {
        RequireWritten("export");
        if (forgotten == "exporting") return input;
        var weight = onnx.Graph.Add("Reshape", [onnx.Tensors(node)[0], onnx.Graph.Constant(1, node.Input.Channels, 1, 1)]);
        return onnx.Graph.Add("Mul", [onnx.Graph.Add("Mul", [input, weight]), onnx.Graph.Constant(layer.Factor)]);
    }

    /// <summary>What an editor writes for a method that is not written yet.</summary>
    private void RequireWritten(string method)
    {
        if (forgotten == method) throw new NotImplementedException($"{method} is not implemented.");
    }
}

/// <summary>In plain loops over one example after the other.</summary>
internal sealed unsafe class ChannelGainOperation<L, V>(
    string forgotten, float factor, ExampleShape shape, Map input, Map output, Vectors weights) : Operation
    where L : struct, ILanes<V>
    where V : unmanaged
{
    public override ParameterBlock? Influential => forgotten == "the influences" ? null : weights;

    public override void Forward(int count)
    {
        for (var example = 0; example < count; example++)
        {
            for (var y = 0; y < shape.Height; y++)
                for (var i = 0; i < Row; i++)
                    output.Values(example, y)[i] = factor * weights.Values[i % shape.Channels] * input.Values(example, y)[i];
            if (forgotten != "the rectifier") Rows<L, V>.FinishValues(output, example);
        }
    }

    public override void Backward(int count)
    {
        new Span<float>(weights.Gradients, shape.Channels).Clear();
        for (var example = 0; example < count; example++)
        {
            for (var y = 0; y < shape.Height; y++)
                for (var i = 0; i < Row; i++)
                {
                    var (upstream, channel) = (output.Gradients(example, y)[i] * factor, i % shape.Channels);
                    if (forgotten != "the gradient of the weight") weights.Gradients[channel] += upstream * input.Values(example, y)[i];
                    if (forgotten != "the gradient of the input") input.Gradients(example, y)[i] = upstream * weights.Values[channel];
                }

            Rows<L, V>.FinishGradients(input, example);
        }
    }

    public override void AddInfluences(int count, float* scratch, double[] influences)
    {
        for (var example = 0; example < count; example++)
            for (var y = 0; y < shape.Height; y++)
                for (var i = 0; i < Row; i++)
                {
                    var upstream = output.Gradients(example, y)[i] * factor;
                    influences[example] += upstream * input.Values(example, y)[i] * weights.Direction[i % shape.Channels];
                }
    }

    private int Row => shape.Width * shape.Channels;
}
