using System.Text.Json.Serialization;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Training;

/// <summary>The rules by which gradients change parameters.</summary>
public enum OptimiserKind
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>Adam: D. Kingma and J. Ba, "Adam: a method for stochastic optimization", 2015.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay: I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", 2019.</summary>
    AdamW,
}

/// <summary>
/// How gradients change parameters. Stochastic gradient descent with momentum, as fused multiply-adds: g ← decay·w + g,
/// v ← momentum·v + g, w ← −rate·v + w. Adam: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
/// w ← w − rate ÷ (1 − β₁^t) · m ÷ (√v ÷ √(1 − β₂^t) + ε).
/// </summary>
/// <param name="LearningRate">Above 0.</param>
/// <param name="Momentum">0 up to, not including, 1; Adam's β₁.</param>
/// <param name="WeightDecay">At least 0; applies to all trained parameters alike.</param>
public sealed record Optimiser(float LearningRate, float Momentum = 0f, float WeightDecay = 0f)
{
    // What is as it always was is not written, so that older documents and their hashes stay what they are.

    /// <summary>Which rule.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonConverter(typeof(JsonStringEnumConverter<OptimiserKind>))]
    public OptimiserKind Kind { get; init; }

    /// <summary>With momentum: the step looks ahead, w ← −rate·(momentum·v + g) + w. (Y. Nesterov, 1983.)</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Nesterov { get; init; }

    /// <summary>Adam's β₂: 0 up to, not including, 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float SecondMomentum { get; init; }

    /// <summary>Adam's ε: above 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float Epsilon { get; init; }

    /// <summary>Gradients of a larger norm, over all parameters together, are scaled down to this one; 0 for no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float ClipNorm { get; init; }

    /// <summary>How the learning rate changes over the run; null for not at all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Schedule? Schedule { get; init; }

    /// <summary>Adam with the figures of its paper.</summary>
    public static Optimiser Adam(float learningRate, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f,
        float weightDecay = 0f) =>
        new(learningRate, beta1, weightDecay) { Kind = OptimiserKind.Adam, SecondMomentum = beta2, Epsilon = epsilon };

    /// <summary>Adam with decoupled weight decay.</summary>
    public static Optimiser AdamW(float learningRate, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f,
        float weightDecay = 0.01f) =>
        Adam(learningRate, beta1, beta2, epsilon, weightDecay) with { Kind = OptimiserKind.AdamW };

    [JsonIgnore]
    internal bool HasSecondMoment => Kind != OptimiserKind.Sgd;

    /// <summary>The figures of a step, counted from 1, of so many.</summary>
    internal StepRule At(long step, long steps)
    {
        var factor = Schedule?.Of(step, steps) ?? 1f;
        return new StepRule(
            factor == 1f ? LearningRate : LearningRate * factor, Momentum, WeightDecay, Nesterov, SecondMomentum, Epsilon,
            Kind == OptimiserKind.AdamW,
            HasSecondMoment ? (float)(1 - Power(Momentum, step)) : 1f,
            HasSecondMoment ? (float)Math.Sqrt(1 - Power(SecondMomentum, step)) : 1f, ClipNorm);
    }

    /// <summary>x^n in binary64 by squaring, from the lowest digit of n up: the same bits everywhere, unlike the C library's.</summary>
    internal static double Power(double x, long n)
    {
        var power = 1.0;
        for (; n > 0; n >>= 1, x *= x)
            if ((n & 1) != 0)
                power *= x;
        return power;
    }
}
