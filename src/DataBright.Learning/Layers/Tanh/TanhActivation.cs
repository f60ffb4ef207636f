using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <inheritdoc cref="Elementary.Tanh"/>
internal readonly struct TanhActivation<L, V> : IActivation<V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value(V x) => LaneFunctions<L, V>.Tanh(x);

    /// <summary>1 − y², with one rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope(V x, V y) => L.MultiplyAdd(L.Subtract(L.Zero, y), y, LaneFunctions<L, V>.Constant(1f));
}
