using System.Security.Cryptography;

namespace DataBright.Ethereum;

/// <summary>
/// A private key of secp256k1. Whatever touches the secret runs in the platform's OpenSSL, in constant time; the bytes
/// stay in memory that the collector does not copy, and are overwritten on disposal.
/// </summary>
/// <remarks>One instance may be used from several threads.</remarks>
public sealed class EthereumKey : IDisposable
{
    /// <summary>Bytes in a private key.</summary>
    public const int Size = 32;

    private const int SignaturesWorthATable = 32;

    private static readonly ECCurve Secp256k1 = ECCurve.CreateFromValue("1.3.132.0.10");

    private readonly byte[] _secret = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly ECDsa _signer;
    private readonly Lock _signing = new();
    private Verifier? _verifier;
    private int _signatures;
    private bool _disposed;

    private EthereumKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Size)
            throw new CryptographicException($"A private key has 32 bytes; these are {secret.Length}.");
        if (!CurveOrder.Contains(new Uint256(secret)))
            throw new CryptographicException("A private key is from 1 to the order of secp256k1 minus one; this one is not.");
        secret.CopyTo(_secret);
        _signer = ECDsa.Create(new ECParameters { Curve = Secp256k1, D = _secret });
        var point = _signer.ExportParameters(includePrivateParameters: false).Q;
        FieldElement.TryRead(point.X, out var x);
        FieldElement.TryRead(point.Y, out var y);
        PublicKey = new PublicKey(new AffinePoint(x, y));
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
            while (!CurveOrder.Contains(new Uint256(secret)));
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

    /// <summary>Signs a digest with a fresh random nonce; s is in the lower half (EIP-2).</summary>
    /// <remarks>
    /// The nonce point's parity comes from verifying the signature with public values, so a signature that a fault
    /// spoiled never leaves this method.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    /// <exception cref="CryptographicException">The platform made a wrong signature.</exception>
    public Signature Sign(Hash32 digest)
    {
        Span<byte> bytes = stackalloc byte[64];
        while (true)
        {
            lock (_signing)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (!_signer.TrySignHash(digest.AsSpan(), bytes, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var written) || written != 64)
                    throw new CryptographicException("The platform made no signature.");
            }
            var (r, s) = (new Uint256(bytes[..32]), new Uint256(bytes[32..]));
            var z = CurveOrder.Reduce(new Uint256(digest.AsSpan()));
            var (ofGenerator, ofKey) = CurveOrder.Divide(z, r, s);
            var nonce = NonceOf(ofGenerator, ofKey);
            bytes.Clear();
            nonce?.X.Write(bytes);
            var x = new Uint256(bytes[..32]);
            if (CurveOrder.Reduce(x) != r || nonce is null)
                throw new CryptographicException("The platform made a signature that does not verify.");
            // Such an x, one in 2^127, could not be told from r alone.
            if (x != r)
                continue;
            var isLow = s <= CurveOrder.HalfN;
            return new Signature(r, isLow ? s : CurveOrder.Negate(s), nonce.Value.Y.IsOdd ^ !isLow);
        }
    }

    // A table of multiples pays for itself after some dozens of signatures.
    private AffinePoint? NonceOf(Uint256 ofGenerator, Uint256 ofKey)
    {
        if (_verifier is null && Interlocked.Increment(ref _signatures) > SignaturesWorthATable)
            _verifier = new Verifier(PublicKey);
        return _verifier is { } verifier ? verifier.NonceOf(ofGenerator, ofKey) : CurvePoint.Combine(ofGenerator, ofKey, PublicKey.Point).ToAffine();
    }

    /// <summary>
    /// The Diffie-Hellman secret shared with the owner of <paramref name="other"/>: the x coordinate of the common
    /// point, 32 bytes, not hashed. The caller derives a key from it and overwrites it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public byte[] SharedSecret(PublicKey other)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var mine = ECDiffieHellman.Create(new ECParameters { Curve = Secp256k1, D = _secret });
        var point = other.ToUncompressed();
        using var theirs = ECDiffieHellman.Create(new ECParameters
        {
            Curve = Secp256k1,
            Q = new ECPoint { X = point[1..33], Y = point[33..] },
        });
        using var theirPublic = theirs.PublicKey;
        return mine.DeriveRawSecretAgreement(theirPublic);
    }

    /// <summary>
    /// Copies the secret to the start of <paramref name="destination"/>, for a keystore or a backup; the caller
    /// overwrites it after use.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void CopySecretTo(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _secret.CopyTo(destination);
    }

    /// <summary>Overwrites the secret.</summary>
    public void Dispose()
    {
        lock (_signing)
        {
            if (_disposed)
                return;
            _disposed = true;
            _signer.Dispose();
            CryptographicOperations.ZeroMemory(_secret);
        }
    }

    /// <summary>The account's address; never the secret.</summary>
    public override string ToString() => Address.ToString();
}
