namespace DataBright.Learning.Training;

/// <summary>
/// Stochastic gradient descent with momentum, as fused multiply-adds: g ← decay·w + g, v ← momentum·v + g, w ← −rate·v + w.
/// </summary>
/// <param name="LearningRate">Above 0.</param>
/// <param name="Momentum">0 up to, not including, 1.</param>
/// <param name="WeightDecay">At least 0; applies to weights and biases alike.</param>
public sealed record Optimiser(float LearningRate, float Momentum = 0f, float WeightDecay = 0f);
