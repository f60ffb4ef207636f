using System.Security.Cryptography;

namespace DataBright.Ethereum;

/// <summary>Checks signatures of one public key.</summary>
public sealed class Verifier(PublicKey key)
{
    /// <summary>Whose signatures are checked.</summary>
    public PublicKey Key { get; } = key;

    /// <summary>Whether the key signed <paramref name="digest"/>: true exactly where <see cref="Signature.RecoverKey"/> gives this key.</summary>
    public bool Verifies(Hash32 digest, Signature signature)
    {
        try
        {
            return signature.RecoverKey(digest) == Key;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
