using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <inheritdoc cref="Elementary.Gelu"/>
internal readonly struct GeluActivation<L, V> : IActivation<V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value(V x) => LaneFunctions<L, V>.Gelu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope(V x, V y) => LaneFunctions<L, V>.GeluSlope(x);
}
