using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace DataBright.Ethereum;

/// <summary>What opening a keystore costs, against whoever guesses passwords.</summary>
/// <param name="N">scrypt's N, a power of two.</param>
/// <param name="R">scrypt's r.</param>
/// <param name="P">scrypt's p.</param>
public sealed record KeystoreCost(int N, int R, int P)
{
    /// <summary>What wallets use: 256 MiB and about a second.</summary>
    public static KeystoreCost Standard { get; } = new(1 << 18, 8, 1);

    /// <summary>For keys of test chains: 4 MiB and some hundredths of a second.</summary>
    public static KeystoreCost Light { get; } = new(1 << 12, 8, 1);
}

/// <summary>
/// Keys at rest as Web3 Secret Storage version 3: AES-128-CTR under a key that scrypt or PBKDF2 derives from a
/// password, with a Keccak MAC.
/// </summary>
public static class Keystore
{
    private const int MaxLength = 1 << 16;
    private const int MaxIterations = 10_000_000;

    /// <summary>Encrypts a key; the JSON is what other wallets import.</summary>
    /// <param name="key">The key.</param>
    /// <param name="password">What opens it again; the UTF-8 bytes are used as they are.</param>
    /// <param name="cost">What each guess costs; <see cref="KeystoreCost.Standard"/> where none is given.</param>
    public static string Encrypt(EthereumKey key, string password, KeystoreCost? cost = null)
    {
        cost ??= KeystoreCost.Standard;
        var salt = RandomNumberGenerator.GetBytes(32);
        var vector = RandomNumberGenerator.GetBytes(16);
        var derived = WithPassword(password, bytes => KeystoreCrypto.Scrypt(bytes, salt, cost.N, cost.R, cost.P, 32));
        var secret = new byte[EthereumKey.Size];
        try
        {
            key.CopySecretTo(secret);
            KeystoreCrypto.ApplyCounterMode(derived.AsSpan(0, 16), vector, secret);
            var json = new JsonObject
            {
                ["version"] = 3,
                ["id"] = RandomId(),
                ["address"] = Convert.ToHexStringLower(key.Address.AsSpan()),
                ["crypto"] = new JsonObject
                {
                    ["cipher"] = "aes-128-ctr",
                    ["cipherparams"] = new JsonObject { ["iv"] = Convert.ToHexStringLower(vector) },
                    ["ciphertext"] = Convert.ToHexStringLower(secret),
                    ["kdf"] = "scrypt",
                    ["kdfparams"] = new JsonObject
                    {
                        ["dklen"] = 32,
                        ["n"] = cost.N,
                        ["r"] = cost.R,
                        ["p"] = cost.P,
                        ["salt"] = Convert.ToHexStringLower(salt),
                    },
                    ["mac"] = Convert.ToHexStringLower(Mac(derived, secret).AsSpan()),
                },
            };
            return json.ToJsonString();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Opens a keystore that this or another wallet made.</summary>
    /// <remarks>
    /// Some wallets bring passwords to Unicode's form NFKC before they hash them, and some do not: where the characters as they were typed
    /// open nothing, that form is tried.
    /// </remarks>
    /// <exception cref="KeystoreException">The password is wrong in both forms, or the keystore is damaged, of an unknown kind or too
    /// costly.</exception>
    public static EthereumKey Decrypt(string json, string password)
    {
        try
        {
            return DecryptAsTyped(json, password);
        }
        catch (KeystoreException wrong) when (wrong.IsPassword && Nfkc.Of(password) is var normal && normal != password)
        {
            return DecryptAsTyped(json, normal);
        }
    }

    private static EthereumKey DecryptAsTyped(string json, string password)
    {
        var stored = KeystoreDocument.Parse(json.Length <= MaxLength
            ? json
            : throw new KeystoreException($"A keystore has at most {MaxLength} characters; this one has {json.Length}."));
        var derived = WithPassword(password, stored.Derive);
        var secret = stored.Ciphertext.ToArray();
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(Mac(derived, secret).AsSpan(), stored.Mac))
                throw new KeystoreException("The password is wrong, or the keystore was changed.", isPassword: true);
            KeystoreCrypto.ApplyCounterMode(derived.AsSpan(0, 16), stored.Vector, secret);
            var key = EthereumKey.FromBytes(secret);
            if (stored.Address is not { } address || address == key.Address)
                return key;
            key.Dispose();
            throw new KeystoreException($"The keystore says that its key is {address}'s, but it is {key.Address}'s.");
        }
        catch (CryptographicException)
        {
            throw new KeystoreException("The keystore holds 32 bytes that are no private key.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Writes a keystore to a file that only its owner may read. It is there completely or not at all.</summary>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static void Save(string path, EthereumKey key, string password, KeystoreCost? cost = null)
    {
        if (File.Exists(path))
            throw new IOException($"{path} exists; a keystore is never written over another.");
        var temporary = $"{path}.{RandomId()}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(temporary, options))
            {
                file.Write(Encoding.UTF8.GetBytes(Encrypt(key, password, cost)));
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: false);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Opens the keystore in a file.</summary>
    /// <exception cref="KeystoreException">As for <see cref="Decrypt"/>; the message names the file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EthereumKey Load(string path, string password)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxLength and var length })
            throw new KeystoreException($"{path}: a keystore has at most {MaxLength} bytes; this file has {length}.");
        try
        {
            return Decrypt(File.ReadAllText(path), password);
        }
        catch (KeystoreException fault)
        {
            throw new KeystoreException($"{path}: {fault.Message}", fault.IsPassword);
        }
    }

    /// <summary>Reads a keystore's address without its password; null where it has none.</summary>
    /// <exception cref="KeystoreException">The text is no keystore.</exception>
    public static Address? ReadAddress(string json) => KeystoreDocument.Parse(json).Address;

    internal static bool IsAcceptable(int iterations) => iterations is > 0 and <= MaxIterations;

    private static Hash32 Mac(ReadOnlySpan<byte> derived, ReadOnlySpan<byte> ciphertext)
    {
        var keccak = new Keccak();
        keccak.Append(derived[16..32]);
        keccak.Append(ciphertext);
        return keccak.Finish();
    }

    private static byte[] WithPassword(string password, Func<byte[], byte[]> derive)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return derive(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static string RandomId()
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        bytes[6] = (byte)(bytes[6] & 0x0f | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3f | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
