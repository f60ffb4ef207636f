using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>Element by element work on runs of values.</summary>
internal static unsafe class Rows<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    /// <summary>A vector of which only the first <paramref name="count"/> lanes may belong to the run; the others are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(float* from, int count) => count >= L.Count ? L.Load(from) : L.LoadFirst(from, count);

    /// <summary>Stores what belongs to a run that ends after <paramref name="count"/> values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, V value, int count)
    {
        if (count >= L.Count) L.Store(to, value);
        else L.StoreFirst(to, value, count);
    }

    /// <summary>Rectifies the values of an example, where its map asks for it.</summary>
    public static void FinishValues(Map map, int example)
    {
        if (!map.Rectified) return;
        for (var row = 0; row < map.Shape.Height; row++) Rectify(map.Values(example, row), map.Shape.Width * map.Shape.Channels);
    }

    /// <summary>Passes the gradients of an example through the rectifier's derivative, where its map asks for it.</summary>
    public static void FinishGradients(Map map, int example)
    {
        if (!map.Rectified) return;
        for (var row = 0; row < map.Shape.Height; row++)
            RectifyBack(map.Values(example, row), map.Gradients(example, row), map.Shape.Width * map.Shape.Channels);
    }

    /// <summary>c ← a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* a, float* b, float* c, int count)
    {
        for (var i = 0; i < count; i += L.Count) Store(c + i, L.Add(Load(a + i, count - i), Load(b + i, count - i)), count - i);
    }

    /// <summary>c ← a · factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* a, float factor, float* c, int count)
    {
        var f = L.Broadcast(&factor);
        for (var i = 0; i < count; i += L.Count) Store(c + i, L.Multiply(Load(a + i, count - i), f), count - i);
    }

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
        if (i < count)
            L.StoreFirst(gradient + i, L.RectifyBack(L.LoadFirst(y + i, count - i), L.LoadFirst(gradient + i, count - i)), count - i);
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
}
