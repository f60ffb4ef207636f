namespace DataBright.Storage;

/// <summary>What the bytes behind a CID are: a plain block, or a node of a file's tree.</summary>
public enum CidCodec
{
    Raw = 0x55,
    DagPb = 0x70,
}

/// <summary>The address of a file by its content, as IPFS writes it.</summary>
/// <remarks>
/// Written as version 1 in base32; version 0 is read and written where it came in. Only SHA-256 is accepted,
/// because a hash that we cannot recompute proves nothing.
/// </remarks>
public readonly record struct Cid
{
    private const byte Sha256 = 0x12;
    private const byte DigestLength = 32;

    private Cid(int version, CidCodec codec, Digest hash) => (Version, Codec, Hash) = (version, codec, hash);

    public int Version { get; }

    public CidCodec Codec { get; }

    /// <summary>SHA-256 of the block.</summary>
    public Digest Hash { get; }

    public static Cid Raw(Digest hash) => new(1, CidCodec.Raw, hash);

    public static Cid DagPb(Digest hash) => new(1, CidCodec.DagPb, hash);

    /// <summary>The same block under a version 1 address; the form that stores use as their key.</summary>
    public Cid ToVersion1() => new(1, Codec, Hash);

    /// <summary>Reads either version in base32, base58btc or base16.</summary>
    /// <exception cref="FormatException">The text is no CID, or one of a codec or hash that is not supported.</exception>
    public static Cid Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const int LongestText = 128;
        if (text.Length > LongestText) throw new FormatException($"A CID of {text.Length} characters is too long.");
        try
        {
            return text.Length == 46 && text.StartsWith("Qm", StringComparison.Ordinal)
                ? FromBytes(Multibase.DecodeBase58(text))
                : Version1(Multibase.Decode(text));
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{text}' is not a CID that can be used here: {e.Message}", e);
        }
    }

    public static bool TryParse(string? text, out Cid cid)
    {
        cid = default;
        if (text is null) return false;
        try
        {
            cid = Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Reads the binary form, which is also what the ledger's events carry.</summary>
    /// <exception cref="FormatException">The bytes are no CID, or one of a codec or hash that is not supported.</exception>
    public static Cid FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes is [Sha256, DigestLength, ..] ? new Cid(0, CidCodec.DagPb, ReadMultihash(bytes)) : Version1(bytes);

    /// <summary>The same of bytes that a stranger wrote; null where they are no CID that can be used here.</summary>
    public static Cid? Find(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return FromBytes(bytes);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public byte[] ToBytes()
    {
        bool old = Version == 0;
        var bytes = new byte[(old ? 2 : 4) + DigestLength];
        int at = 0;
        if (!old)
        {
            bytes[at++] = 1;
            bytes[at++] = (byte)Codec;
        }
        bytes[at++] = Sha256;
        bytes[at++] = DigestLength;
        Hash.CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Version 1 in lower-case base32, version 0 in base58btc.</summary>
    public override string ToString() => Version == 0
        ? Multibase.EncodeBase58(ToBytes())
        : "b" + Multibase.EncodeBase32(ToBytes());

    private static Cid Version1(ReadOnlySpan<byte> bytes)
    {
        ulong version = Varint.Read(bytes, out int used);
        if (version != 1) throw new FormatException($"Version {version} is unknown.");
        bytes = bytes[used..];

        ulong codec = Varint.Read(bytes, out used);
        if (codec is not ((ulong)CidCodec.Raw or (ulong)CidCodec.DagPb))
            throw new FormatException($"The codec 0x{codec:x} is not supported; use raw or dag-pb.");
        return new Cid(1, (CidCodec)codec, ReadMultihash(bytes[used..]));
    }

    private static Digest ReadMultihash(ReadOnlySpan<byte> bytes)
    {
        ulong function = Varint.Read(bytes, out int used);
        if (function != Sha256) throw new FormatException($"The hash function 0x{function:x} is not supported; use sha2-256.");
        bytes = bytes[used..];

        ulong length = Varint.Read(bytes, out used);
        if (length != DigestLength || bytes.Length - used != DigestLength)
            throw new FormatException($"A sha2-256 hash has 32 bytes; {bytes.Length - used} are here.");
        return new Digest(bytes[used..]);
    }
}
