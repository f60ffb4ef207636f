using System.Security.Cryptography;
using System.Text.RegularExpressions;
using DataBright.Ethereum;

namespace DataBright.Node.Accounts;

/// <summary>An account whose key lies in the data folder.</summary>
/// <param name="Open">The key is not encrypted: a party of a demonstration, whose money is worth nothing.</param>
public sealed record UnlockableAccount(string Name, Address Address, bool Open);

/// <summary>
/// The keys of a data folder, for people who sit at the same machine: encrypted ones as <c>NAME.json</c> (Web3 Secret Storage V3), and in
/// <c>open/</c> the bare ones of a demonstration's parties.
/// </summary>
internal sealed partial class LocalAccounts(string keys)
{
    private const string BareEnding = ".development-key";

    private string OpenKeys => Path.Combine(keys, "open");

    /// <summary>By name. Files that are no keys are left out.</summary>
    public IReadOnlyList<UnlockableAccount> All() =>
    [
        .. Files(keys, ".json").Select(ReadKeystore).Concat(Files(OpenKeys, BareEnding).Select(ReadBare)).OfType<UnlockableAccount>()
            .OrderBy(account => account.Name, StringComparer.Ordinal),
    ];

    /// <summary>
    /// The account of that name; null where there is none. The name is looked up among the files, never made into a path.
    /// </summary>
    public UnlockableAccount? Find(string name) => Legal().IsMatch(name) ? All().FirstOrDefault(account => account.Name == name) : null;

    /// <summary>The account's key; the caller disposes it.</summary>
    /// <exception cref="KeystoreException">The password is wrong.</exception>
    public EthereumKey Unlock(UnlockableAccount account, string password) => account.Open
        ? Bare(Path.Combine(OpenKeys, account.Name + BareEnding))
        : Keystore.Load(Path.Combine(keys, account.Name + ".json"), password);

    private static IEnumerable<string> Files(string folder, string ending) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + ending).Where(file => Legal().IsMatch(NameOf(file))) : [];

    private static string NameOf(string file) => Path.GetFileName(file) is var name && name.EndsWith(BareEnding, StringComparison.Ordinal)
        ? name[..^BareEnding.Length] : Path.GetFileNameWithoutExtension(file);

    private static UnlockableAccount? ReadKeystore(string file)
    {
        try
        {
            return Keystore.ReadAddress(File.ReadAllText(file)) is { } address
                ? new UnlockableAccount(NameOf(file), address, Open: false) : null;
        }
        catch (Exception unreadable) when (unreadable is KeystoreException || unreadable.IsOfFile())
        {
            return null;
        }
    }

    private static UnlockableAccount? ReadBare(string file)
    {
        try
        {
            using var key = Bare(file);
            return new UnlockableAccount(NameOf(file), key.Address, Open: true);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException || unreadable.IsOfFile())
        {
            return null;
        }
    }

    private static EthereumKey Bare(string file)
    {
        var secret = new byte[EthereumKey.Size];
        try
        {
            return Hex.TryDecode(File.ReadAllText(file).Trim(), secret)
                ? EthereumKey.FromBytes(secret) : throw new CryptographicException($"{file} is no private key.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$")]
    private static partial Regex Legal();
}
