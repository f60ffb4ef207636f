using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>How gradients change parameters, value by value. Counts are multiples of the lanes.</summary>
internal static unsafe class Descent<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    /// <summary>g ← decay·w + g, v ← momentum·v + g, w ← −rate·v + w; with a look ahead w ← −rate·(momentum·v + g) + w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Momentum(float* weights, float* momentum, float* gradients, int count, in StepRule rule)
    {
        float down = -rule.Rate, inertia = rule.Momentum, decay = rule.Decay;
        V r = L.Broadcast(&down), m = L.Broadcast(&inertia), d = L.Broadcast(&decay);
        if (rule.LooksAhead)
        {
            for (var i = 0; i < count; i += L.Count)
            {
                var w = L.Load(weights + i);
                var g = L.MultiplyAdd(d, w, L.Load(gradients + i));
                var v = L.MultiplyAdd(m, L.Load(momentum + i), g);
                L.Store(momentum + i, v);
                L.Store(weights + i, L.MultiplyAdd(r, L.MultiplyAdd(m, v, g), w));
            }

            return;
        }

        for (var i = 0; i < count; i += L.Count)
        {
            var w = L.Load(weights + i);
            var v = L.MultiplyAdd(m, L.Load(momentum + i), L.MultiplyAdd(d, w, L.Load(gradients + i)));
            L.Store(momentum + i, v);
            L.Store(weights + i, L.MultiplyAdd(r, v, w));
        }
    }

    /// <summary>
    /// g ← decay·w + g, or w ← −(rate·decay)·w + w where decay is decoupled; m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
    /// w ← −(rate ÷ c₁)·(m ÷ (√v ÷ c₂ + ε)) + w with the corrections c₁ = 1 − β₁^t and c₂ = √(1 − β₂^t).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adam(float* weights, float* first, float* second, float* gradients, int count, in StepRule rule)
    {
        float down = -(rule.Rate / rule.FirstCorrection), beta1 = rule.Momentum, rest1 = 1f - beta1, beta2 = rule.SecondMomentum,
            rest2 = 1f - beta2;
        float correction = rule.SecondCorrection, epsilon = rule.Epsilon;
        float decay = rule.IsDecoupled ? 0f : rule.Decay, shrink = rule.IsDecoupled ? -(rule.Rate * rule.Decay) : 0f;
        V r = L.Broadcast(&down), b1 = L.Broadcast(&beta1), s1 = L.Broadcast(&rest1), b2 = L.Broadcast(&beta2), s2 = L.Broadcast(&rest2);
        V c = L.Broadcast(&correction), e = L.Broadcast(&epsilon), d = L.Broadcast(&decay), k = L.Broadcast(&shrink);
        for (var i = 0; i < count; i += L.Count)
        {
            var w = L.Load(weights + i);
            var g = L.MultiplyAdd(d, w, L.Load(gradients + i));
            w = L.MultiplyAdd(k, w, w);
            var m = L.MultiplyAdd(s1, g, L.Multiply(b1, L.Load(first + i)));
            var v = L.MultiplyAdd(L.Multiply(s2, g), g, L.Multiply(b2, L.Load(second + i)));
            L.Store(first + i, m);
            L.Store(second + i, v);
            L.Store(weights + i, L.MultiplyAdd(r, L.Divide(m, L.Add(L.Divide(L.SquareRoot(v), c), e)), w));
        }
    }
}
