using System.Text;
using Org.BouncyCastle.Crypto.Digests;

namespace DataBright.Ethereum;

/// <summary>
/// Keccak-256 as Ethereum uses it, by BouncyCastle: the competition's padding (0x01), not SHA-3's (0x06). 32 bytes out.
/// </summary>
/// <remarks>An instance hashes a message that arrives in pieces; it is for one thread.</remarks>
public sealed class Keccak
{
    private const int Bits = 256;

    [ThreadStatic]
    private static KeccakDigest? _ofThread;

    private readonly KeccakDigest _digest = new(Bits);

    /// <summary>The hash of no bytes at all, which is the code hash of an account without code.</summary>
    public static Hash32 OfNothing { get; } = Hash([]);

    /// <summary>Hashes a whole message.</summary>
    /// <remarks>A thread keeps one digest: a finished digest is empty again, and a new one for each hash costs more than a short
    /// hash.</remarks>
    public static Hash32 Hash(ReadOnlySpan<byte> message)
    {
        var digest = _ofThread ??= new KeccakDigest(Bits);
        digest.BlockUpdate(message);
        return Finish(digest);
    }

    /// <summary>Hashes a text's UTF-8 bytes, as signatures of functions and types are hashed.</summary>
    public static Hash32 HashText(string text) => Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds the next piece of the message.</summary>
    public void Append(ReadOnlySpan<byte> piece) => _digest.BlockUpdate(piece);

    /// <summary>Gives the hash of what was appended and makes the instance ready for another message.</summary>
    public Hash32 Finish() => Finish(_digest);

    private static Hash32 Finish(KeccakDigest digest)
    {
        Span<byte> hash = stackalloc byte[Bits / 8];
        digest.DoFinal(hash);
        return new Hash32(hash);
    }
}
