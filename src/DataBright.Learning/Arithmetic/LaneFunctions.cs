using System.Runtime.CompilerServices;

namespace DataBright.Learning.Arithmetic;

/// <summary>The functions of <see cref="Elementary"/> in every lane: the same operations in the same order, hence the same bits.</summary>
internal static unsafe class LaneFunctions<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Constant(float value) => L.Broadcast(&value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Magnitude(V x) => L.WhereLess(x, L.Zero, L.Subtract(L.Zero, x), x);

    /// <summary><see cref="Elementary.ExpOfNonPositive"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpOfNonPositive(V x)
    {
        var shifter = Constant(Elementary.Shifter);
        var n = L.Subtract(L.MultiplyAdd(x, Constant(Elementary.Log2E), shifter), shifter);
        var r = L.MultiplyAdd(n, Constant(-Elementary.Ln2High), x);
        r = L.MultiplyAdd(n, Constant(-Elementary.Ln2Low), r);
        var p = Constant(1f / 5040f);
        p = L.MultiplyAdd(p, r, Constant(1f / 720f));
        p = L.MultiplyAdd(p, r, Constant(1f / 120f));
        p = L.MultiplyAdd(p, r, Constant(1f / 24f));
        p = L.MultiplyAdd(p, r, Constant(1f / 6f));
        p = L.MultiplyAdd(p, r, Constant(0.5f));
        p = L.MultiplyAdd(p, r, Constant(1f));
        p = L.MultiplyAdd(p, r, Constant(1f));
        var half = L.Half(n);
        var y = L.Multiply(L.Multiply(p, L.PowerOfTwo(half)), L.PowerOfTwo(L.Subtract(n, half)));
        y = L.WhereLess(x, Constant(Elementary.ExpFloor), L.Zero, y);
        // Only a NaN differs from itself.
        return L.WhereEqual(x, x, y, x);
    }

    /// <summary><see cref="Elementary.Tanh"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x)
    {
        var size = Magnitude(x);
        var z = L.Multiply(x, x);
        var p = L.MultiplyAdd(Constant(Elementary.Tanh4), z, Constant(Elementary.Tanh3));
        p = L.MultiplyAdd(p, z, Constant(Elementary.Tanh2));
        p = L.MultiplyAdd(p, z, Constant(Elementary.Tanh1));
        p = L.MultiplyAdd(p, z, Constant(Elementary.Tanh0));
        var near = L.MultiplyAdd(L.Multiply(p, z), x, x);
        var t = ExpOfNonPositive(L.Multiply(Constant(-2f), size));
        var far = L.Divide(L.Subtract(Constant(1f), t), L.Add(Constant(1f), t));
        far = L.WhereLess(x, L.Zero, L.Subtract(L.Zero, far), far);
        return L.WhereLess(size, Constant(Elementary.TanhEdge), near, far);
    }

    /// <summary><see cref="Elementary.Erf"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf(V x)
    {
        var size = Magnitude(x);
        var z = L.Multiply(x, x);
        var p = L.MultiplyAdd(Constant(Elementary.Erf5), z, Constant(Elementary.Erf4));
        p = L.MultiplyAdd(p, z, Constant(Elementary.Erf3));
        p = L.MultiplyAdd(p, z, Constant(Elementary.Erf2));
        p = L.MultiplyAdd(p, z, Constant(Elementary.Erf1));
        p = L.MultiplyAdd(p, z, Constant(Elementary.Erf0));
        var near = L.MultiplyAdd(p, x, x);
        var end = Constant(Elementary.ErfEnd);
        var a = L.WhereLess(end, size, end, size);
        var q = L.MultiplyAdd(Constant(Elementary.Erfc7), a, Constant(Elementary.Erfc6));
        q = L.MultiplyAdd(q, a, Constant(Elementary.Erfc5));
        q = L.MultiplyAdd(q, a, Constant(Elementary.Erfc4));
        q = L.MultiplyAdd(q, a, Constant(Elementary.Erfc3));
        q = L.MultiplyAdd(q, a, Constant(Elementary.Erfc2));
        q = L.MultiplyAdd(q, a, Constant(Elementary.Erfc1));
        q = L.MultiplyAdd(q, a, Constant(Elementary.Erfc0));
        var far = L.Subtract(Constant(1f), ExpOfNonPositive(L.Subtract(L.Zero, q)));
        far = L.WhereLess(x, L.Zero, L.Subtract(L.Zero, far), far);
        return L.WhereLess(size, Constant(Elementary.ErfEdge), near, far);
    }

    /// <summary><see cref="Elementary.Gelu"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gelu(V x)
    {
        var half = L.Multiply(Constant(0.5f), x);
        return L.MultiplyAdd(half, Erf(L.Multiply(x, Constant(Elementary.RootHalf))), half);
    }

    /// <summary><see cref="Elementary.GeluSlope"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluSlope(V x)
    {
        var density = ExpOfNonPositive(L.Multiply(L.Multiply(Constant(-0.5f), x), x));
        var below = L.MultiplyAdd(Constant(0.5f), Erf(L.Multiply(x, Constant(Elementary.RootHalf))), Constant(0.5f));
        return L.MultiplyAdd(L.Multiply(x, density), Constant(Elementary.NormalPeak), below);
    }
}
