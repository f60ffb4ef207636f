using System.Runtime.CompilerServices;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Engine;

/// <summary>
/// Inner products of two maps. Where P is what a layer would output with the direction D for its parameters, and g is the
/// gradient of the loss of one example with respect to its output, ⟨gradient of the parameters, D⟩ = Σ g·P over positions and
/// outputs, because the gradient is Σ g ⊗ input and P is D·input. So an example's inner product costs one more forward
/// product, and its gradient is never made.
/// </summary>
internal static unsafe class InnerProduct<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    /// <summary>Chains of a sum, whatever the width of vectors.</summary>
    private const int Chains = 16;

    /// <summary>
    /// Σ a·b over rows of values. Value i of a row belongs to chain i mod 16; a chain is one of fused multiply-adds, row after
    /// row from zero, short rows filled up with zeros; then chain j takes j + 8, j + 4, j + 2, j + 1 in turn.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Of(float* a, nint aPitch, float* b, nint bPitch, int rows, int count)
    {
        var sums = stackalloc float[Chains];
        for (var j = 0; j < Chains; j++) sums[j] = 0f;
        for (var first = 0; first < Chains; first += L.Count)
        {
            var sum = L.Zero;
            for (var row = 0; row < rows; row++)
            {
                float* x = a + row * aPitch, y = b + row * bPitch;
                for (var block = 0; block < count; block += Chains)
                {
                    var left = count - block - first;
                    sum = left >= L.Count
                        ? L.MultiplyAdd(L.Load(x + block + first), L.Load(y + block + first), sum)
                        : L.MultiplyAdd(LoadFirst(x + block + first, left), LoadFirst(y + block + first, left), sum);
                }
            }

            L.Store(sums + first, sum);
        }

        for (var half = Chains / 2; half > 0; half /= 2)
            for (var j = 0; j < half; j++)
                sums[j] += sums[j + half];
        return sums[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LoadFirst(float* from, int count) => count <= 0 ? L.Zero : L.LoadFirst(from, count);
}
