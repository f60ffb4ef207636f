using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DataBright.Learning.Arithmetic;

/// <summary>Lanes that the kernels work on at once. Results do not depend on it.</summary>
internal enum VectorWidth
{
    Scalar = 1,
    Bits128 = 4,
    Bits256 = 8,
    Bits512 = 16,
}

/// <summary>What this machine, and the switches of its runtime, allow.</summary>
internal static class VectorWidths
{
    /// <summary>The widest vectors that have a fused multiply-add instruction.</summary>
    public static VectorWidth Widest { get; } =
        Allows(VectorWidth.Bits512) ? VectorWidth.Bits512 :
        Allows(VectorWidth.Bits256) ? VectorWidth.Bits256 :
        Allows(VectorWidth.Bits128) ? VectorWidth.Bits128 : VectorWidth.Scalar;

    /// <summary>True when kernels of that width run on instructions, not on emulation.</summary>
    public static bool Allows(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported,
        VectorWidth.Bits256 => Vector256.IsHardwareAccelerated && Fma.IsSupported,
        VectorWidth.Bits128 => Vector128.IsHardwareAccelerated && (Fma.IsSupported || AdvSimd.IsSupported),
        _ => true,
    };
}
