using System.Security.Cryptography;
using Secp256k1Net;

namespace DataBright.Ethereum;

/// <summary>Whether the native library behind every key and every signature works on this machine.</summary>
public static class CurveSelfTest
{
    /// <summary>
    /// Runs libsecp256k1's own self test, then compares a public key, a deterministic signature (RFC 6979), its recovery and a shared
    /// point with values that are known. Run it in a process of its own: where the library's own test fails, it ends the process.
    /// </summary>
    /// <exception cref="CryptographicException">A value is another one than it must be.</exception>
    /// <exception cref="DllNotFoundException">The library is not there for this platform.</exception>
    public static void Run()
    {
        using (var library = new Secp256k1()) library.Selftest();
        using var one = EthereumKey.FromBytes([.. new byte[31], 1]);
        using var two = EthereumKey.FromBytes([.. new byte[31], 2]);
        Expect("public key", one.PublicKey.ToString(), "0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        // A vector of RFC 6979 for this curve that many libraries carry.
        var digest = new Hash32(SHA256.HashData("Satoshi Nakamoto"u8));
        var signature = one.Sign(digest);
        Expect("signature", signature.ToString()[..130],
            "0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
        Expect("recovered account", Signature.Recover(digest, signature).ToString(), one.Address.ToString());
        // Twice the base point, from either side.
        Expect("shared secret", Shared(one, two), "0xc6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");
        Expect("shared secret of the other side", Shared(two, one), "0xc6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");
    }

    /// <summary>The x coordinate of the common point.</summary>
    private static string Shared(EthereumKey mine, EthereumKey theirs)
    {
        var point = new byte[64];
        mine.CopySharedPointTo(theirs.PublicKey, point);
        return Hex.Encode(point.AsSpan(0, 32));
    }

    private static void Expect(string what, string found, string known)
    {
        if (found != known)
            throw new CryptographicException($"libsecp256k1 computes the {what} {found}; {known} is right.");
    }
}
