namespace DataBright.Learning.Networks;

/// <summary>One layer of an architecture, as its document states it. Layers hold no parameters; checkpoints do.</summary>
/// <param name="Name">Unique in its architecture, inner layers included; prefixes the names of the layer's parameters.</param>
public abstract record Layer(string Name);

/// <summary>A square 2-D convolution with zero padding.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Kernel">Rows and columns of the kernel.</param>
/// <param name="Padding">Zero rows and columns added on each side; less than the kernel.</param>
/// <param name="Stride">Rows and columns from one position of the kernel to the next.</param>
/// <param name="HasBias">A bias per output channel is added; without one a zero is.</param>
public sealed record Convolution(string Name, int Channels, int Kernel, int Padding, int Stride = 1, bool HasBias = true) : Layer(Name);

/// <summary>Maximum over square windows that do not overlap; rows and columns that fill no window are left out.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Size">Rows and columns of a window, and its stride.</param>
public sealed record MaxPool(string Name, int Size) : Layer(Name);

/// <summary>Mean over square windows that do not overlap; rows and columns that fill no window are left out.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Size">Rows and columns of a window, and its stride.</param>
public sealed record AveragePool(string Name, int Size) : Layer(Name);

/// <summary>Mean over all rows and columns: what is left is flat. Over a sequence, its mean.</summary>
/// <param name="Name">The layer's name.</param>
public sealed record GlobalAverage(string Name) : Layer(Name);

/// <summary>max(x, 0).</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Relu(string Name) : Layer(Name);

/// <summary>x·Φ(x) with the normal distribution Φ, by the error function.</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Gelu(string Name) : Layer(Name);

/// <summary>The hyperbolic tangent.</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Tanh(string Name) : Layer(Name);

/// <summary>Reads channels × height × width as one row of features, in that order.</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Flatten(string Name) : Layer(Name);

/// <summary>y = W·x + b over flat features.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Units">Outputs.</param>
public sealed record Dense(string Name, int Units) : Layer(Name);

/// <summary>
/// Over the channels of each position: (x − mean) ÷ √(variance + 10^−5) · scale + shift. (J. Ba et al., "Layer normalization", 2016.)
/// </summary>
/// <param name="Name">The layer's name.</param>
public sealed record LayerNorm(string Name) : Layer(Name)
{
    internal const float Epsilon = 1e-5f;
}

/// <summary>
/// Over the examples and positions of each channel: (x − mean) ÷ √(variance + 10^−5) · scale + shift, with the batch's figures in
/// training and running ones in evaluation, which move a tenth of the way in each step. (S. Ioffe and C. Szegedy, "Batch normalization", 2015.)
/// </summary>
/// <param name="Name">The layer's name.</param>
public sealed record BatchNorm(string Name) : Layer(Name)
{
    internal const float Epsilon = 1e-5f;
    internal const float Pace = 0.1f;
}

/// <summary>
/// In training, zeros in place of values chosen by the seed and the step, the others divided by what is kept; nothing in
/// evaluation. (N. Srivastava et al., "Dropout", 2014.)
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Rate">The share of values that is dropped: above 0, below 1.</param>
public sealed record Dropout(string Name, float Rate) : Layer(Name);

/// <summary>
/// A learnt vector for each token, plus one for its place. Takes 1×1×length whole numbers from 0 to vocabulary − 1, gives
/// size×1×length. Only the first layer can be one.
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Vocabulary">Different tokens.</param>
/// <param name="Size">Values in a vector.</param>
public sealed record Embedding(string Name, int Vocabulary, int Size) : Layer(Name);

/// <summary>
/// Scaled dot-product self-attention with several heads, each over its share of the channels, between projections to queries,
/// keys and values and back. (A. Vaswani et al., "Attention is all you need", 2017.)
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Heads">Heads; divides the channels.</param>
public sealed record SelfAttention(string Name, int Heads) : Layer(Name);

/// <summary>
/// The sum of what the body and the shortcut make of the same input; an empty shortcut is the input itself. Layers can name
/// no other layers, so there are no cycles. (K. He et al., "Deep residual learning", 2015.)
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Body">One layer or more.</param>
/// <param name="Shortcut">Layers that make the same shape, or none.</param>
public sealed record Residual(string Name, IReadOnlyList<Layer> Body, IReadOnlyList<Layer> Shortcut) : Layer(Name)
{
    /// <summary>A body around which the input is passed on as it is.</summary>
    public Residual(string name, IReadOnlyList<Layer> body)
        : this(name, body, [])
    {
    }
}
