using System.Text.Json;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>
/// Everything the library knows of one kind of layer. Documents, shapes, the engine and ONNX files ask the kinds in
/// <see cref="LayerKinds"/> and name none themselves, so a new kind is its own folder and one line in that table.
/// </summary>
/// <param name="name">What documents call it: lower-case letters and dashes.</param>
/// <param name="layer">The record of its layers.</param>
/// <param name="properties">What a document may say of such a layer besides its kind and name.</param>
internal abstract class LayerKind(string name, Type layer, IReadOnlyList<string> properties)
{
    public string Name { get; } = name;

    public Type Layer { get; } = layer;

    public IReadOnlyList<string> Properties { get; } = properties;

    /// <summary>The layer that a document states; its properties are known to be among <see cref="Properties"/>.</summary>
    /// <exception cref="MalformedInputException">A property is missing or of another type.</exception>
    public abstract Layer Read(string name, StrictJson json, LayerKinds kinds);

    /// <summary>
    /// Writes the properties after kind and name. A property with its usual value is left out, so that documents written before the
    /// property existed keep their hashes.
    /// </summary>
    public abstract void Write(Layer layer, Utf8JsonWriter json, LayerKinds kinds);

    /// <summary>The shape and the parameters the layer has in its place.</summary>
    /// <exception cref="MalformedInputException">The layer cannot stand there; the message names it.</exception>
    public abstract LayerNode Infer(Layer layer, Flow flow, ShapeInference shapes);

    /// <summary>
    /// Plans the layer's maps, parameters and operations, and returns the map with its output values. Operations are made later, when
    /// every map has its border.
    /// </summary>
    public abstract Map Build<L, V>(LayerNode node, Map input, Blueprint<L, V> plan)
        where L : struct, ILanes<V>
        where V : unmanaged;

    /// <summary>Adds the layer's nodes for evaluation and returns the name of the value they make.</summary>
    public abstract string Export(LayerNode node, string input, OnnxExport onnx);
}

/// <inheritdoc />
/// <typeparam name="T">The record of its layers.</typeparam>
internal abstract class LayerKind<T>(string name, params string[] properties) : LayerKind(name, typeof(T), properties)
    where T : Layer
{
    public abstract override T Read(string name, StrictJson json, LayerKinds kinds);

    public sealed override void Write(Layer layer, Utf8JsonWriter json, LayerKinds kinds) => Write((T)layer, json, kinds);

    public sealed override LayerNode Infer(Layer layer, Flow flow, ShapeInference shapes) => Infer((T)layer, flow, shapes);

    public sealed override Map Build<L, V>(LayerNode node, Map input, Blueprint<L, V> plan) => Build((T)node.Layer, node, input, plan);

    public sealed override string Export(LayerNode node, string input, OnnxExport onnx) => Export((T)node.Layer, node, input, onnx);

    protected abstract void Write(T layer, Utf8JsonWriter json, LayerKinds kinds);

    protected abstract LayerNode Infer(T layer, Flow flow, ShapeInference shapes);

    protected abstract Map Build<L, V>(T layer, LayerNode node, Map input, Blueprint<L, V> plan)
        where L : struct, ILanes<V>
        where V : unmanaged;

    protected abstract string Export(T layer, LayerNode node, string input, OnnxExport onnx);

    /// <summary>A node that changes values but no shape.</summary>
    protected LayerNode SameShape(T layer, Flow flow) => new(this, layer, flow.Shape, flow.Shape) { Order = flow.Order, Next = flow };

    /// <summary>A node that makes a map of another shape.</summary>
    protected LayerNode NewShape(T layer, Flow flow, ExampleShape output) =>
        new(this, layer, flow.Shape, output) { Order = flow.Order, Next = flow with { Shape = output, Order = output } };

    /// <summary>A node that makes one row of features, whose values lie in memory as <paramref name="order"/> says.</summary>
    protected LayerNode Flat(T layer, Flow flow, ExampleShape output, ExampleShape order) =>
        new(this, layer, flow.Shape, output) { Order = flow.Order, Next = new Flow(output, order, flow.FlattenedBy ?? layer.Name) };
}
