namespace DataBright.Ethereum;

/// <summary>The number of points of secp256k1 (SEC 2, section 2.4.1).</summary>
internal static class CurveOrder
{
    /// <summary>n.</summary>
    public static Uint256 N { get; } = new(0xBFD25E8CD0364141, 0xBAAEDCE6AF48A03B, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF);

    /// <summary>n/2 rounded down, the largest s that EIP-2 allows.</summary>
    public static Uint256 HalfN { get; } = new(0xDFE92F46681B20A0, 0x5D576E7357A4501D, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF);

    /// <summary>Whether the number is from 1 to n − 1.</summary>
    public static bool Contains(Uint256 number) => !number.IsZero && number < N;
}
