using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Market.Storage;

/// <summary>Encrypts a few bytes to the owner of an Ethereum key.</summary>
/// <remarks>
/// The format is the default one of the npm package <c>eciesjs</c>, so that wallets and scripts can open what is encrypted here:
/// ephemeral public key (65 bytes, uncompressed), nonce (16), tag (16), ciphertext (AES-256-GCM under
/// HKDF-SHA256 of ephemeral public key and shared point, both uncompressed). Everything that touches a private key runs in OpenSSL.
/// </remarks>
public static class Ecies
{
    /// <summary>How much longer the encrypted bytes are.</summary>
    public const int Overhead = PublicKey.UncompressedSize + NonceSize + TagSize;

    private const int NonceSize = 16;
    private const int TagSize = 16;

    public static byte[] Encrypt(PublicKey recipient, ReadOnlySpan<byte> plain)
    {
        using var ephemeral = EthereumKey.Generate();
        var sender = ephemeral.PublicKey.ToUncompressed();
        Span<byte> nonce = stackalloc byte[NonceSize];
        RandomNumberGenerator.Fill(nonce);

        var key = SharedKey(ephemeral, recipient, sender);
        try
        {
            var (ciphertext, tag) = WideNonceGcm.Encrypt(key, nonce, plain);
            return [.. sender, .. nonce, .. tag, .. ciphertext];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <exception cref="CryptographicException">The bytes were not encrypted to this key, or have been changed.</exception>
    public static byte[] Decrypt(EthereumKey recipient, ReadOnlySpan<byte> encrypted)
    {
        if (encrypted.Length < Overhead) throw NotForYou(recipient);
        byte[] key;
        try
        {
            var sender = PublicKey.Parse(encrypted[..PublicKey.UncompressedSize]);
            key = SharedKey(recipient, sender, encrypted[..PublicKey.UncompressedSize]);
        }
        catch (FormatException)
        {
            throw NotForYou(recipient);
        }
        try
        {
            var rest = encrypted[PublicKey.UncompressedSize..];
            return WideNonceGcm.Decrypt(key, rest[..NonceSize], rest.Slice(NonceSize, TagSize), rest[(NonceSize + TagSize)..])
                ?? throw NotForYou(recipient);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static CryptographicException NotForYou(EthereumKey recipient) =>
        new($"This was not encrypted to {recipient.Address}, or it has been changed since.");

    private static byte[] SharedKey(EthereumKey mine, PublicKey theirs, ReadOnlySpan<byte> sender)
    {
        Span<byte> material = stackalloc byte[2 * PublicKey.UncompressedSize];
        try
        {
            sender.CopyTo(material);
            material[PublicKey.UncompressedSize] = 4;
            mine.SharedPoint(theirs).CopyTo(material[(PublicKey.UncompressedSize + 1)..]);
            var key = new byte[32];
            HKDF.DeriveKey(HashAlgorithmName.SHA256, material, key, salt: [], info: []);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }
}
