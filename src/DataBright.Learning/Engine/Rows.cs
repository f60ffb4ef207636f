using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>Element by element work on runs of values.</summary>
internal static unsafe class Rows<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    /// <summary>x ← max(x, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rectify(float* x, int count)
    {
        var i = 0;
        for (; i <= count - L.Count; i += L.Count) L.Store(x + i, L.Rectify(L.Load(x + i)));
        if (i < count) L.StoreFirst(x + i, L.Rectify(L.LoadFirst(x + i, count - i)), count - i);
    }

    /// <summary>gradient ← gradient where y &gt; 0, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RectifyBack(float* y, float* gradient, int count)
    {
        var i = 0;
        for (; i <= count - L.Count; i += L.Count) L.Store(gradient + i, L.RectifyBack(L.Load(y + i), L.Load(gradient + i)));
        if (i < count) L.StoreFirst(gradient + i, L.RectifyBack(L.LoadFirst(y + i, count - i), L.LoadFirst(gradient + i, count - i)), count - i);
    }

    /// <summary>True when no value is infinite or not a number: 0·x is 0 for all others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AreFinite(float* x, int count)
    {
        V a = L.Zero, b = L.Zero, c = L.Zero, d = L.Zero;
        var i = 0;
        for (; i <= count - 4 * L.Count; i += 4 * L.Count)
        {
            a = L.MultiplyAdd(L.Load(x + i), L.Zero, a);
            b = L.MultiplyAdd(L.Load(x + i + L.Count), L.Zero, b);
            c = L.MultiplyAdd(L.Load(x + i + 2 * L.Count), L.Zero, c);
            d = L.MultiplyAdd(L.Load(x + i + 3 * L.Count), L.Zero, d);
        }

        for (; i <= count - L.Count; i += L.Count) a = L.MultiplyAdd(L.Load(x + i), L.Zero, a);
        if (i < count) a = L.MultiplyAdd(L.LoadFirst(x + i, count - i), L.Zero, a);
        var sums = stackalloc float[16];
        L.Store(sums, L.Add(L.Add(a, b), L.Add(c, d)));
        for (var lane = 0; lane < L.Count; lane++)
            if (sums[lane] != 0f)
                return false;
        return true;
    }

    /// <summary>g ← decay·w + g, v ← momentum·v + g, w ← −rate·v + w. The count is a multiple of the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Descend(float* weights, float* momentum, float* gradients, int count, float rate, float inertia, float decay)
    {
        var down = -rate;
        V r = L.Broadcast(&down), m = L.Broadcast(&inertia), d = L.Broadcast(&decay);
        for (var i = 0; i < count; i += L.Count)
        {
            var w = L.Load(weights + i);
            var v = L.MultiplyAdd(m, L.Load(momentum + i), L.MultiplyAdd(d, w, L.Load(gradients + i)));
            L.Store(momentum + i, v);
            L.Store(weights + i, L.MultiplyAdd(r, v, w));
        }
    }
}
