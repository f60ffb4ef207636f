using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Market.Storage;

/// <summary>The whole Diffie-Hellman point of secp256k1; the platform's own agreement gives only its x coordinate.</summary>
/// <remarks>
/// A public key is the private key times the generator. So the platform, asked for the public key of our secret on the curve whose
/// generator is the other's public key, gives the common point, by OpenSSL's constant-time ladder.
/// </remarks>
internal static class CurveMultiplication
{
    private static readonly byte[] FieldPrime = Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F");
    private static readonly byte[] GroupOrder = Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141");

    /// <summary>Writes the uncompressed common point, 65 bytes.</summary>
    public static void SharedPoint(EthereumKey mine, PublicKey theirs, Span<byte> target)
    {
        var secret = GC.AllocateArray<byte>(EthereumKey.Size, pinned: true);
        var point = theirs.ToUncompressed();
        var shared = default(ECPoint);
        try
        {
            mine.CopySecretTo(secret);
            using var onTheirPoint = ECDsa.Create(new ECParameters
            {
                D = secret,
                Curve = new ECCurve
                {
                    CurveType = ECCurve.ECCurveType.PrimeShortWeierstrass,
                    A = new byte[32],
                    B = [.. new byte[31], 7],
                    G = new ECPoint { X = point[1..33], Y = point[33..] },
                    Prime = FieldPrime,
                    Order = GroupOrder,
                    Cofactor = [1],
                },
            });
            shared = onTheirPoint.ExportParameters(includePrivateParameters: false).Q;
            target[0] = 4;
            shared.X.CopyTo(target[1..]);
            shared.Y.CopyTo(target[33..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(shared.X);
            CryptographicOperations.ZeroMemory(shared.Y);
        }
    }
}
