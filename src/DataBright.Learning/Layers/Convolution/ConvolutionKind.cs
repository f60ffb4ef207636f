using System.Text.Json;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>
/// Convolutions in documents, shapes, the engine and ONNX; their products are those of <see cref="ConvolutionOperation{L, V}"/>.
/// </summary>
internal sealed class ConvolutionKind() : LayerKind<Convolution>("convolution", "channels", "kernel", "padding", "stride", "bias")
{
    public override Convolution Read(string name, StrictJson json, LayerKinds kinds) => new(
        name, json.Integer("channels"), json.Integer("kernel"), json.Integer("padding"),
        json.Has("stride") ? json.Integer("stride") : 1, !json.Has("bias") || json.Boolean("bias"));

    protected override void Write(Convolution layer, Utf8JsonWriter json, LayerKinds kinds)
    {
        json.WriteNumber("channels", layer.Channels);
        json.WriteNumber("kernel", layer.Kernel);
        json.WriteNumber("padding", layer.Padding);
        if (layer.Stride != 1) json.WriteNumber("stride", layer.Stride);
        if (!layer.HasBias) json.WriteBoolean("bias", false);
    }

    protected override LayerNode Infer(Convolution layer, Flow flow, ShapeInference shapes)
    {
        var input = shapes.RequireMap(layer, flow, "a convolution");
        if (layer.Channels is < 1 or > 65536) throw shapes.Malformed(layer, $"channels must be 1 to 65536, not {layer.Channels}");
        if (layer.Kernel is < 1 or > 64) throw shapes.Malformed(layer, $"the kernel must be 1 to 64 wide, not {layer.Kernel}");
        if (layer.Padding < 0 || layer.Padding >= layer.Kernel)
            throw shapes.Malformed(layer, $"padding must be 0 to {layer.Kernel - 1}, not {layer.Padding}");
        if (layer.Stride is < 1 or > 64) throw shapes.Malformed(layer, $"the stride must be 1 to 64, not {layer.Stride}");
        int height = input.Height + 2 * layer.Padding - layer.Kernel, width = input.Width + 2 * layer.Padding - layer.Kernel;
        if (height < 0 || width < 0)
            throw shapes.Malformed(
                layer, $"a {layer.Kernel}×{layer.Kernel} kernel with padding {layer.Padding} does not fit its input {input}");
        var output = new ExampleShape(layer.Channels, height / layer.Stride + 1, width / layer.Stride + 1);
        int[] weight = [layer.Channels, input.Channels, layer.Kernel, layer.Kernel];
        var fanIn = (long)input.Channels * layer.Kernel * layer.Kernel;
        return NewShape(layer, flow, output) with
        {
            Parameters = shapes.Linear(layer, layer.Name, weight, fanIn, layer.HasBias),
            Operations = 2 * fanIn * output.Size,
        };
    }

    protected override Map Build<L, V>(Convolution layer, LayerNode node, Map input, Blueprint<L, V> plan) =>
        Convolve(layer, node, input, node.Parameters, plan);

    protected override string Export(Convolution layer, LayerNode node, string input, OnnxExport onnx)
    {
        var (kernel, stride, padding) = ((long)layer.Kernel, (long)layer.Stride, (long)layer.Padding);
        return onnx.Graph.Add(
            "Conv", [input, .. onnx.Tensors(node)],
            ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }),
            ("pads", new[] { padding, padding, padding, padding }));
    }

    /// <summary>Plans one convolution; another kind may be made of several.</summary>
    internal static Map Convolve<L, V>(
        Convolution layer, LayerNode node, Map input, IReadOnlyList<ParameterShape> parameters, Blueprint<L, V> plan)
        where L : struct, ILanes<V>
        where V : unmanaged
    {
        input.RequireBorder(layer.Padding);
        var output = plan.AddMap(new ExampleShape(layer.Channels, node.Output.Height, node.Output.Width));
        if (layer.Stride == 1 && plan.IsDerived(input)) output.GradientBorder = layer.Kernel - 1 - layer.Padding;
        // Kernels stand as (channel, row, column) in checkpoints and as (row, column, channel) here.
        var places = MemoryOrder.Places(new ExampleShape(input.Shape.Channels, layer.Kernel, layer.Kernel));
        plan.AddStep(() => new ConvolutionOperation<L, V>(
            layer, input, output, plan.TakeWeights(parameters, places), plan.Team, plan.Arena, plan.Capacity, plan.IsTraining));
        return output;
    }
}
