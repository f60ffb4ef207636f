namespace DataBright.Learning.Layers;

/// <summary>One layer of an architecture, as its document states it. Layers hold no parameters; checkpoints do.</summary>
/// <param name="Name">Unique in its architecture, inner layers included; prefixes the names of the layer's parameters.</param>
public abstract record Layer(string Name);
