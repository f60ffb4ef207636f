using System.Security.Cryptography;
using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>The facts in a keystore's JSON, checked before any work is spent on them.</summary>
internal sealed class KeystoreDocument
{
    private readonly byte[] _salt;
    private readonly (int N, int R, int P)? _scrypt;
    private readonly int _iterations;

    private KeystoreDocument(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new KeystoreException("A keystore is a JSON object.");
        if (Number(root, "version") is not 3 and var version)
            throw new KeystoreException($"The keystore has version {version}; only version 3 can be opened.");
        var crypto = root.TryGetProperty("crypto", out var found) || root.TryGetProperty("Crypto", out found)
            ? found
            : throw new KeystoreException("The keystore has no \"crypto\".");
        if (Text(crypto, "cipher") is not "aes-128-ctr" and var cipher)
            throw new KeystoreException($"The keystore's cipher is \"{cipher}\"; only aes-128-ctr can be opened.");
        Vector = Bytes(Member(crypto, "cipherparams"), "iv", 16);
        Ciphertext = Bytes(crypto, "ciphertext", EthereumKey.Size);
        Mac = Bytes(crypto, "mac", 32);
        Address = root.TryGetProperty("address", out var address) && address.ValueKind == JsonValueKind.String
            ? ReadAddress(address.GetString()!) : null;

        var parameters = Member(crypto, "kdfparams");
        _salt = Hex.TryDecode(Text(parameters, "salt"), out byte[]? salt) && salt.Length is > 0 and <= 1024
            ? salt
            : throw new KeystoreException("The keystore's salt is not hexadecimal.");
        if (Number(parameters, "dklen") is not 32 and var length)
            throw new KeystoreException($"The keystore derives {length} bytes; 32 are expected.");
        switch (Text(crypto, "kdf"))
        {
            case "scrypt": _scrypt = ReadScrypt(parameters); break;
            case "pbkdf2": _iterations = ReadIterations(parameters); break;
            case var other: throw new KeystoreException($"The keystore's key derivation is \"{other}\"; scrypt and pbkdf2 can be opened.");
        }
    }

    public byte[] Vector { get; }

    public byte[] Ciphertext { get; }

    public byte[] Mac { get; }

    public Address? Address { get; }

    public static KeystoreDocument Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new KeystoreDocument(document.RootElement);
        }
        // A string with half a surrogate pair is an InvalidOperationException.
        catch (Exception fault) when (fault.IsUnreadable())
        {
            throw new KeystoreException("The keystore is no JSON.");
        }
    }

    public byte[] Derive(byte[] password) => _scrypt is var (n, r, p)
        ? KeystoreCrypto.Scrypt(password, _salt, n, r, p, 32)
        : Rfc2898DeriveBytes.Pbkdf2(password, _salt, _iterations, HashAlgorithmName.SHA256, 32);

    private static (int N, int R, int P) ReadScrypt(JsonElement parameters)
    {
        var (n, r, p) = (Number(parameters, "n"), Number(parameters, "r"), Number(parameters, "p"));
        return KeystoreCrypto.IsAcceptable(n, r, p)
            ? (n, r, p)
            : throw new KeystoreException(
                $"The keystore asks for scrypt with N = {n}, r = {r} and p = {p}, which is not valid or takes more than "
                + $"{KeystoreCrypto.MaxMemory >> 20} MiB.");
    }

    private static int ReadIterations(JsonElement parameters)
    {
        if (Text(parameters, "prf") is not "hmac-sha256" and var function)
            throw new KeystoreException($"The keystore's pbkdf2 uses \"{function}\"; only hmac-sha256 can be opened.");
        var iterations = Number(parameters, "c");
        return Keystore.IsAcceptable(iterations)
            ? iterations
            : throw new KeystoreException($"The keystore asks for {iterations} iterations of pbkdf2, which is not valid or too many.");
    }

    private static Address ReadAddress(string text)
    {
        Span<byte> bytes = stackalloc byte[Ethereum.Address.Size];
        return Hex.TryDecode(text, bytes)
            ? new Address(bytes)
            : throw new KeystoreException("The keystore's address is not forty hexadecimal digits.");
    }

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value
            : throw new KeystoreException($"The keystore has no \"{name}\".");

    private static string Text(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw new KeystoreException($"The keystore's \"{name}\" is no string.");

    private static int Number(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)
            ? number
            : throw new KeystoreException($"The keystore's \"{name}\" is no whole number.");

    private static byte[] Bytes(JsonElement json, string name, int size) =>
        Hex.TryDecode(Text(json, name), out byte[]? bytes) && bytes.Length == size
            ? bytes
            : throw new KeystoreException($"The keystore's \"{name}\" is not {size} bytes in hexadecimal.");
}
