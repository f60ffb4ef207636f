using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Storage;

/// <summary>The key of one envelope. Overwritten when it is disposed.</summary>
public sealed class ContentKey : IDisposable
{
    public const int Size = 32;

    /// <summary>Bytes of a key that is wrapped for one recipient.</summary>
    public const int WrappedSize = Size + Ecies.Overhead;

    // Pinned, so that the collector leaves no copies behind.
    private readonly byte[] _key = GC.AllocateArray<byte>(Size, pinned: true);
    private bool _disposed;

    private ContentKey()
    {
    }

    public static ContentKey Generate()
    {
        var key = new ContentKey();
        RandomNumberGenerator.Fill(key._key);
        return key;
    }

    /// <summary>Opens a key that was wrapped for <paramref name="recipient"/>.</summary>
    /// <exception cref="CryptographicException">It was wrapped for somebody else, or has been changed.</exception>
    public static ContentKey Unwrap(EthereumKey recipient, ReadOnlySpan<byte> wrapped)
    {
        var plain = Ecies.Decrypt(recipient, wrapped);
        try
        {
            if (plain.Length != Size) throw new CryptographicException($"A content key has {Size} bytes; {plain.Length} were wrapped.");
            var key = new ContentKey();
            plain.CopyTo(key._key, 0);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Encrypts the key to a recipient: another one can be let in without the content being encrypted again.</summary>
    public byte[] WrapFor(PublicKey recipient)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Ecies.Encrypt(recipient, _key);
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_key);
    }

    /// <summary>A key of its own for each envelope's salt, so that a content key used twice repeats no nonce.</summary>
    internal AesGcm Cipher(ReadOnlySpan<byte> salt)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Span<byte> derived = stackalloc byte[Size];
        try
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, derived, salt, "databright envelope 1"u8);
            return new AesGcm(derived, Envelope.TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }
}
