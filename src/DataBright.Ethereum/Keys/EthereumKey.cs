using System.Security.Cryptography;

namespace DataBright.Ethereum;

/// <summary>
/// A private key of secp256k1. Whatever touches the secret runs in libsecp256k1, in constant time; the bytes
/// stay in memory that the collector does not copy, and are overwritten on disposal.
/// </summary>
/// <remarks>One instance may be used from several threads.</remarks>
public sealed class EthereumKey : IMessageSigner, IDisposable
{
    /// <summary>Bytes in a private key.</summary>
    public const int Size = 32;

    private readonly byte[] _secret = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly Lock _using = new();
    private bool _disposed;

    private EthereumKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Size)
            throw new CryptographicException($"A private key has 32 bytes; these are {secret.Length}.");
        if (!Curve.IsSecret(secret))
            throw new CryptographicException("A private key is from 1 to the order of secp256k1 minus one; this one is not.");
        secret.CopyTo(_secret);
        Span<byte> coordinates = stackalloc byte[Curve.PointSize];
        Curve.PublicOf(_secret, coordinates);
        PublicKey = new PublicKey(coordinates);
        Address = PublicKey.Address;
    }

    /// <summary>The account that the key speaks for.</summary>
    public Address Address { get; }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a key from the platform's secure random numbers.</summary>
    public static EthereumKey Generate()
    {
        Span<byte> secret = stackalloc byte[Size];
        try
        {
            do
                RandomNumberGenerator.Fill(secret);
            while (!Curve.IsSecret(secret));
            return new EthereumKey(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Takes a key from its 32 bytes, which the caller should overwrite.</summary>
    /// <exception cref="CryptographicException">The bytes are no private key of the curve.</exception>
    public static EthereumKey FromBytes(ReadOnlySpan<byte> secret) => new(secret);

    /// <summary>Signs a digest with the nonce of RFC 6979; s is in the lower half (EIP-2).</summary>
    /// <remarks>The signature is recovered from with public values, so one that a fault spoiled never leaves this method.</remarks>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    /// <exception cref="CryptographicException">The library made a wrong signature.</exception>
    public Signature Sign(Hash32 digest)
    {
        Span<byte> compact = stackalloc byte[64];
        int recovery;
        lock (_using)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            recovery = Curve.Sign(digest.AsSpan(), _secret, compact);
        }
        return Checked(digest, compact, recovery, PublicKey);
    }

    /// <summary>The signature in its public form, if the key made it.</summary>
    /// <exception cref="CryptographicException">It does not verify: a deterministic signature that a fault spoiled would reveal the
    /// key.</exception>
    internal static Signature Checked(Hash32 digest, ReadOnlySpan<byte> compact, int recovery, PublicKey signer)
    {
        // Recovery numbers of 2 and 3, one in 2^127, cannot be told from r alone.
        var signature = new Signature(new Uint256(compact[..32]), new Uint256(compact[32..]), recovery == 1);
        return recovery <= 1 && signature.IsBy(signer, digest)
            ? signature
            : throw new CryptographicException("A signature was made that does not verify.");
    }

    /// <summary>Signs the message's digest, at once.</summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public Task<Signature> SignAsync(TypedMessage message, CancellationToken stop = default) => Task.FromResult(Sign(message.Digest));

    /// <summary>
    /// Writes the Diffie-Hellman point shared with the owner of <paramref name="other"/>: x and y, 64 bytes, not hashed.
    /// The caller derives a key from it and overwrites it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void CopySharedPointTo(PublicKey other, Span<byte> destination)
    {
        lock (_using)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Curve.Share(other.ToUncompressed(), _secret, destination[..Curve.PointSize]);
        }
    }

    /// <summary>
    /// Copies the secret to the start of <paramref name="destination"/>, for a keystore or a backup; the caller
    /// overwrites it after use.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void CopySecretTo(Span<byte> destination)
    {
        lock (_using)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _secret.CopyTo(destination);
        }
    }

    /// <summary>Overwrites the secret.</summary>
    public void Dispose()
    {
        lock (_using)
        {
            if (_disposed)
                return;
            _disposed = true;
            CryptographicOperations.ZeroMemory(_secret);
        }
    }

    /// <summary>The account's address; never the secret.</summary>
    public override string ToString() => Address.ToString();
}
