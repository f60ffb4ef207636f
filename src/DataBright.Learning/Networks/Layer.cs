namespace DataBright.Learning.Networks;

/// <summary>One layer of an architecture, as its document states it. Layers hold no parameters; checkpoints do.</summary>
/// <param name="Name">Unique in its architecture; prefixes the names of the layer's parameters.</param>
public abstract record Layer(string Name);

/// <summary>A square 2-D convolution of stride 1 with zero padding and a bias per output channel.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Kernel">Rows and columns of the kernel.</param>
/// <param name="Padding">Zero rows and columns added on each side; less than the kernel.</param>
public sealed record Convolution(string Name, int Channels, int Kernel, int Padding) : Layer(Name);

/// <summary>Maximum over square windows that do not overlap; rows and columns that fill no window are left out.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Size">Rows and columns of a window, and its stride.</param>
public sealed record MaxPool(string Name, int Size) : Layer(Name);

/// <summary>max(x, 0).</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Relu(string Name) : Layer(Name);

/// <summary>Reads channels × height × width as one row of features, in that order.</summary>
/// <param name="Name">The layer's name.</param>
public sealed record Flatten(string Name) : Layer(Name);

/// <summary>y = W·x + b over flat features.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Units">Outputs.</param>
public sealed record Dense(string Name, int Units) : Layer(Name);
