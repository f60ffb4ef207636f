using System.Runtime.CompilerServices;

namespace DataBright.Learning.Arithmetic;

/// <summary>One lane: the scalar that defines every other width.</summary>
internal readonly unsafe struct LanesScalar : ILanes<float>
{
    public static int Count => 1;

    public static int Registers => 16;

    public static float Zero => 0f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadFirst(float* from, int count) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, float value) => *to = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(float* to, float value, int count) => *to = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float c) => Ieee.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float a, float b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float a, float b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float a, float b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SquareRoot(float x) => MathF.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WhereLess(float a, float b, float value, float otherwise) => a < b ? value : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float PowerOfTwo(float x) => BitConverter.Int32BitsToSingle(((int)x + 127) << 23);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(float x) => (int)x >> 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Rectify(float x) => x <= 0f ? 0f : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float RectifyBack(float y, float gradient) => y <= 0f ? 0f : gradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Larger(float x, float best) => x > best ? x : best;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WhereEqual(float a, float b, float value, float otherwise) => a == b ? value : otherwise;
}
