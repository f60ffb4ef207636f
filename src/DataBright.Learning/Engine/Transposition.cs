using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DataBright.Learning.Engine;

/// <summary>Exchanges the rows and columns of a block of a panel.</summary>
internal static unsafe class Transposition
{
    /// <summary>to[c, r] ← from[r, c]; rows of both are 32 floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* from, float* to, int rows, int columns)
    {
        const int Pitch = Weights.Panel;
        int wholeRows = rows & ~3, wholeColumns = columns & ~3;
        for (var r = 0; r < wholeRows; r += 4)
            for (var c = 0; c < wholeColumns; c += 4)
            {
                var source = from + r * Pitch + c;
                var target = to + c * Pitch + r;
                Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + Pitch), d = Vector128.Load(source + 2 * Pitch),
                    e = Vector128.Load(source + 3 * Pitch);
                Vector128<float> ab0 = Low(a, b), ab1 = High(a, b), de0 = Low(d, e), de1 = High(d, e);
                Vector128.Create(ab0.GetLower(), de0.GetLower()).Store(target);
                Vector128.Create(ab0.GetUpper(), de0.GetUpper()).Store(target + Pitch);
                Vector128.Create(ab1.GetLower(), de1.GetLower()).Store(target + 2 * Pitch);
                Vector128.Create(ab1.GetUpper(), de1.GetUpper()).Store(target + 3 * Pitch);
            }

        for (var r = 0; r < rows; r++)
            for (var c = r < wholeRows ? wholeColumns : 0; c < columns; c++)
                to[c * Pitch + r] = from[r * Pitch + c];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) => Vector128.ConditionalSelect(
        Vector128.Create(-1, 0, -1, 0).AsSingle(), Vector128.Shuffle(a, Vector128.Create(0, 0, 1, 1)),
        Vector128.Shuffle(b, Vector128.Create(0, 0, 1, 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) => Vector128.ConditionalSelect(
        Vector128.Create(-1, 0, -1, 0).AsSingle(), Vector128.Shuffle(a, Vector128.Create(2, 2, 3, 3)),
        Vector128.Shuffle(b, Vector128.Create(2, 2, 3, 3)));
}
