using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>What a sum adds for one place after the other; the same operations whatever the lanes.</summary>
internal interface ITerm
{
    /// <summary>The sums of some chains, gone on with by the values from <paramref name="index"/> on.</summary>
    V Next<L, V>(V sums, int index)
        where L : struct, ILanes<V>
        where V : unmanaged;
}

/// <summary>
/// Sums over a run in one fixed order: 16 chains, the j-th over the places j, j + 16, j + 32 …, starting from zero; then the
/// chains in pairs 8 apart, 4, 2 and 1.
/// </summary>
internal static unsafe class Reduction<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    private const int Chains = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum<T>(T term, int count) where T : struct, ITerm
    {
        var chains = stackalloc float[Chains];
        var whole = count & -Chains;
        for (var first = 0; first < Chains; first += L.Count)
        {
            var sums = L.Zero;
            for (var i = first; i < whole; i += Chains) sums = term.Next<L, V>(sums, i);
            L.Store(chains + first, sums);
        }

        for (var i = whole; i < count; i++) chains[i - whole] = term.Next<LanesScalar, float>(chains[i - whole], i);
        for (var apart = Chains / 2; apart > 0; apart /= 2)
            for (var j = 0; j < apart; j++)
                chains[j] += chains[j + apart];
        return chains[0];
    }
}

/// <summary>x</summary>
internal readonly unsafe struct Plain(float* x) : ITerm
{
    private readonly float* _x = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<L, V>(V sums, int index)
        where L : struct, ILanes<V>
        where V : unmanaged => L.Add(sums, L.Load(_x + index));
}

/// <summary>a · b, fused with the sum.</summary>
internal readonly unsafe struct Products(float* a, float* b) : ITerm
{
    private readonly float* _a = a;
    private readonly float* _b = b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<L, V>(V sums, int index)
        where L : struct, ILanes<V>
        where V : unmanaged => L.MultiplyAdd(L.Load(_a + index), L.Load(_b + index), sums);
}

/// <summary>(x − centre)², fused with the sum.</summary>
internal readonly unsafe struct SquaresAround(float* x, float centre) : ITerm
{
    private readonly float* _x = x;
    private readonly float _centre = centre;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<L, V>(V sums, int index)
        where L : struct, ILanes<V>
        where V : unmanaged
    {
        var distance = L.Subtract(L.Load(_x + index), LaneFunctions<L, V>.Constant(_centre));
        return L.MultiplyAdd(distance, distance, sums);
    }
}

/// <summary>h · ((x − mean) · inverse), fused with the sum.</summary>
internal readonly unsafe struct Correlation(float* h, float* x, float mean, float inverse) : ITerm
{
    private readonly float* _h = h;
    private readonly float* _x = x;
    private readonly float _mean = mean;
    private readonly float _inverse = inverse;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<L, V>(V sums, int index)
        where L : struct, ILanes<V>
        where V : unmanaged
    {
        var normal = L.Multiply(L.Subtract(L.Load(_x + index), LaneFunctions<L, V>.Constant(_mean)),
            LaneFunctions<L, V>.Constant(_inverse));
        return L.MultiplyAdd(L.Load(_h + index), normal, sums);
    }
}
