using System.Security.Cryptography;
using DataBright.Ethereum;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace DataBright.Storage;

/// <summary>Encrypts a few bytes to the owner of an Ethereum key.</summary>
/// <remarks>
/// The format is the default one of the npm package <c>eciesjs</c>, so that wallets and scripts can open what is encrypted here:
/// ephemeral public key (65 bytes, uncompressed), nonce (16), tag (16), ciphertext (AES-256-GCM under
/// HKDF-SHA256 of ephemeral public key and shared point, both uncompressed).
/// The platform's AES-GCM takes nonces of twelve bytes only, so BouncyCastle's does the encryption.
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
            var (ciphertext, tag) = Seal(key, nonce, plain);
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
            return Unseal(key, rest[..NonceSize], rest.Slice(NonceSize, TagSize), rest[(NonceSize + TagSize)..])
                ?? throw NotForYou(recipient);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>AES-256-GCM (NIST SP 800-38D) with a nonce of any length and a tag of 16 bytes.</summary>
    internal static (byte[] Ciphertext, byte[] Tag) Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain)
    {
        var sealedBytes = Run(Gcm(forEncryption: true, key, nonce), plain);
        return (sealedBytes[..plain.Length], sealedBytes[plain.Length..]);
    }

    /// <summary>Null where the tag is not right.</summary>
    internal static byte[]? Unseal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> ciphertext)
    {
        try
        {
            return Run(Gcm(forEncryption: false, key, nonce), [.. ciphertext, .. tag]);
        }
        catch (InvalidCipherTextException)
        {
            return null;
        }
    }

    private static GcmBlockCipher Gcm(bool forEncryption, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        var cipher = new GcmBlockCipher(AesUtilities.CreateEngine());
        cipher.Init(forEncryption, new AeadParameters(new KeyParameter(key), 8 * TagSize, nonce.ToArray()));
        return cipher;
    }

    private static byte[] Run(GcmBlockCipher cipher, ReadOnlySpan<byte> input)
    {
        var output = new byte[cipher.GetOutputSize(input.Length)];
        var written = cipher.ProcessBytes(input, output);
        cipher.DoFinal(output.AsSpan(written));
        return output;
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
            mine.CopySharedPointTo(theirs, material[(PublicKey.UncompressedSize + 1)..]);
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
