namespace DataBright.Learning.Layers;

/// <summary>
/// A learnt vector for each token, plus one for its place. Takes 1×1×length whole numbers from 0 to vocabulary − 1, gives
/// size×1×length. Only the first layer can be one.
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Vocabulary">Different tokens.</param>
/// <param name="Size">Values in a vector.</param>
public sealed record Embedding(string Name, int Vocabulary, int Size) : Layer(Name);
