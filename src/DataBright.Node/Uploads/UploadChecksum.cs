using System.Security.Cryptography;

namespace DataBright.Node.Uploads;

/// <summary>What a client says a piece hashes to.</summary>
internal sealed record UploadChecksum(HashAlgorithmName Algorithm, byte[] Value)
{
    /// <summary>
    /// Told to clients. tus asks for SHA-1 from every server; it finds broken wires, and nothing here trusts it for more.
    /// </summary>
    public const string Algorithms = "sha1,sha256";

    /// <summary>Reads <c>sha256 BASE64</c>; null where there is none.</summary>
    /// <exception cref="UploadRefusedException">It is of another form or algorithm.</exception>
    public static UploadChecksum? Read(string? header)
    {
        if (string.IsNullOrEmpty(header)) return null;
        HashAlgorithmName? algorithm = header.Split(' ')[0] switch
        {
            "sha1" => HashAlgorithmName.SHA1,
            "sha256" => HashAlgorithmName.SHA256,
            _ => null,
        };
        var value = new byte[SHA256.HashSizeInBytes];
        if (algorithm is not { } known || header.Length > 100
            || !Convert.TryFromBase64String(header[(header.IndexOf(' ') + 1)..], value, out int length)
            || length != (known == HashAlgorithmName.SHA1 ? SHA1.HashSizeInBytes : SHA256.HashSizeInBytes))
            throw new UploadRefusedException(StatusCodes.Status400BadRequest,
                $"The checksum cannot be read; send one of {Algorithms}, a space, and the hash in base64.");
        return new UploadChecksum(known, value[..length]);
    }
}
