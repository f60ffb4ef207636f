namespace DataBright.Learning.Layers;

/// <summary>
/// Scaled dot-product self-attention with several heads, each over its share of the channels, between projections to queries,
/// keys and values and back. (A. Vaswani et al., "Attention is all you need", 2017.)
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Heads">Heads; divides the channels.</param>
public sealed record SelfAttention(string Name, int Heads) : Layer(Name);
