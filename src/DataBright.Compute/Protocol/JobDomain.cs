using System.Buffers.Binary;
using DataBright.Ethereum;

namespace DataBright.Compute.Protocol;

/// <summary>
/// The chain and the Jobs contract that a signature is for (EIP-712 domain "DataBright Jobs", version 1): it is worth nothing elsewhere.
/// </summary>
public sealed record JobDomain(ulong ChainId, Address Jobs)
{
    private static readonly Hash32 TypeHash =
        Keccak.Hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"u8);
    private static readonly Hash32 Name = Keccak.Hash("DataBright Jobs"u8);
    private static readonly Hash32 Version = Keccak.Hash("1"u8);

    /// <summary>The hash to sign for a struct's hash.</summary>
    public Hash32 Hash(Hash32 structHash)
    {
        Span<byte> bytes = stackalloc byte[2 + 2 * Hash32.Size];
        bytes[0] = 0x19;
        bytes[1] = 0x01;
        Separator().CopyTo(bytes[2..]);
        structHash.CopyTo(bytes[(2 + Hash32.Size)..]);
        return Keccak.Hash(bytes);
    }

    private Hash32 Separator()
    {
        Span<byte> fields = stackalloc byte[5 * Hash32.Size];
        fields.Clear();
        TypeHash.CopyTo(fields);
        Name.CopyTo(fields[32..]);
        Version.CopyTo(fields[64..]);
        BinaryPrimitives.WriteUInt64BigEndian(fields[(96 + 24)..], ChainId);
        Jobs.CopyTo(fields[(128 + 12)..]);
        return Keccak.Hash(fields);
    }
}
