using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using DataBright.Learning.Arithmetic;

namespace DataBright.Bench;

/// <summary>Elementary functions over 4,096 values: in every lane, and one by one with the platform's library for comparison.</summary>
public class FunctionBenchmarks
{
    private readonly float[] _x = new float[4096];
    private readonly float[] _y = new float[4096];

    /// <summary>Arguments from −4 to 4.</summary>
    [GlobalSetup]
    public void Fill()
    {
        for (var i = 0; i < _x.Length; i++) _x[i] = i / 512f - 4f;
    }

    /// <summary>tanh, sixteen at a time where the processor can.</summary>
    [Benchmark]
    public void Tanh() =>
        Run<TanhFunction<Lanes512, Vector512<float>>, TanhFunction<Lanes256, Vector256<float>>, TanhFunction<LanesScalar, float>>();

    /// <summary>The Gaussian error linear unit.</summary>
    [Benchmark]
    public void Gelu() =>
        Run<GeluFunction<Lanes512, Vector512<float>>, GeluFunction<Lanes256, Vector256<float>>, GeluFunction<LanesScalar, float>>();

    /// <summary>The platform's tanh.</summary>
    [Benchmark(Baseline = true)]
    public void PlatformTanh()
    {
        for (var i = 0; i < _x.Length; i++) _y[i] = MathF.Tanh(_x[i]);
    }

    private unsafe void Run<W, M, S>()
        where W : struct, IFunction<Vector512<float>>
        where M : struct, IFunction<Vector256<float>>
        where S : struct, IFunction<float>
    {
        fixed (float* x = _x, y = _y)
            switch (VectorWidths.Widest)
            {
                case VectorWidth.Bits512:
                    for (var i = 0; i < _x.Length; i += 16) Lanes512.Store(y + i, W.Of(Lanes512.Load(x + i)));
                    break;
                case VectorWidth.Bits256:
                    for (var i = 0; i < _x.Length; i += 8) Lanes256.Store(y + i, M.Of(Lanes256.Load(x + i)));
                    break;
                default:
                    for (var i = 0; i < _x.Length; i++) y[i] = S.Of(x[i]);
                    break;
            }
    }

    private interface IFunction<V>
    {
        static abstract V Of(V x);
    }

    private readonly struct TanhFunction<L, V> : IFunction<V>
        where L : struct, ILanes<V>
        where V : unmanaged
    {
        public static V Of(V x) => LaneFunctions<L, V>.Tanh(x);
    }

    private readonly struct GeluFunction<L, V> : IFunction<V>
        where L : struct, ILanes<V>
        where V : unmanaged
    {
        public static V Of(V x) => LaneFunctions<L, V>.Gelu(x);
    }
}
