using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>
/// Whole numbers of a contract in the types that they have here: the nearest one where they are larger, never other bits of them.
/// </summary>
internal static class Figures
{
    public static int Int(Uint256 number) => number < (Uint256)(uint)int.MaxValue ? (int)(ulong)number : int.MaxValue;

    /// <summary>For numbers of blocks and of things.</summary>
    public static ulong Long(Uint256 number) => number < (Uint256)ulong.MaxValue ? (ulong)number : ulong.MaxValue;

    public static UInt128 Amount(Uint256 number) => number < (Uint256)UInt128.MaxValue ? (UInt128)number : UInt128.MaxValue;
}
