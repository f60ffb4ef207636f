using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The ledger keeps any hash as <c>bytes32</c>; learning calls its SHA-256 hashes digests. The bytes are the same.</summary>
public static class LedgerHashes
{
    public static Hash32 ToHash32(this Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Length];
        digest.CopyTo(bytes);
        return new Hash32(bytes);
    }

    public static Digest ToDigest(this Hash32 hash) => new(hash.AsSpan());
}
