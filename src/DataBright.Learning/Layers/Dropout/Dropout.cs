namespace DataBright.Learning.Layers;

/// <summary>
/// In training, zeros in place of values chosen by the seed and the step, the others divided by what is kept; nothing in
/// evaluation. (N. Srivastava et al., "Dropout", 2014.)
/// </summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Rate">The share of values that is dropped: above 0, below 1.</param>
public sealed record Dropout(string Name, float Rate) : Layer(Name);
