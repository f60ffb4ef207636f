using DataBright.Ethereum;

namespace DataBright.Testing;

/// <summary>Keys of people that a test makes up.</summary>
public static class TestKeys
{
    /// <summary>The same key for the same number.</summary>
    public static EthereumKey Of(int number) => EthereumKey.FromBytes(Keccak.Hash(BitConverter.GetBytes(number)).AsSpan());
}
