using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Terminal.Keys;

/// <summary>A private key in a file as 64 hexadecimal digits, protected by nothing but the file's permissions.</summary>
public static class BareKey
{
    public static EthereumKey Read(string file)
    {
        using var reader = new StreamReader(GivenFile.Open(file));
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0)
            throw new Failure(ExitCode.Denied, $"Others can read the key file {file}. Protect it with: chmod 600 {file}");
        return Parse(file, reader.ReadToEnd());
    }

    public static EthereumKey Parse(string file, string text)
    {
        var digits = text.Trim();
        var secret = new byte[EthereumKey.Size];
        try
        {
            return Hex.TryDecode(digits, secret) ? EthereumKey.FromBytes(secret) : throw new CryptographicException();
        }
        catch (CryptographicException)
        {
            throw new Failure(ExitCode.BadInput, $"{file} is no private key: 64 hexadecimal digits are expected.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Writes a key for a development chain; the owner alone can read it.</summary>
    public static void Write(string file, EthereumKey key)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var secret = new byte[EthereumKey.Size];
        key.CopySecretTo(secret);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.Write(Hex.Encode(secret));
        CryptographicOperations.ZeroMemory(secret);
    }
}
