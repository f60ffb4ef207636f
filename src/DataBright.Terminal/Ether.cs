using System.Globalization;
using System.Numerics;
using DataBright.Ethereum;

namespace DataBright.Terminal;

/// <summary>What gas is paid in, in wei.</summary>
public readonly record struct Ether(Uint256 Wei)
{
    private const decimal WeiPerEther = 1_000_000_000_000_000_000;
    private const decimal Most = 1_000_000_000;

    /// <exception cref="FormatException">The text is no amount, or more than a thousand million.</exception>
    public static Ether Parse(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ether) && ether <= Most
            && decimal.Truncate(ether * WeiPerEther) == ether * WeiPerEther
            ? new Ether((UInt128)(ether * WeiPerEther))
            : throw new FormatException($"'{text}' is not an amount of ether such as 1 or 0.05");

    public override string ToString()
    {
        var (whole, rest) = BigInteger.DivRem((BigInteger)Wei, new BigInteger(WeiPerEther));
        var part = rest.ToString(CultureInfo.InvariantCulture).PadLeft(18, '0')[..6].TrimEnd('0');
        return part.Length == 0 ? $"{whole} ether" : $"{whole}.{part} ether";
    }
}
