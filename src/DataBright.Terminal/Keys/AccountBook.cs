using System.Text.RegularExpressions;
using DataBright.Ethereum;
using DataBright.Terminal.Home;

namespace DataBright.Terminal.Keys;

/// <summary>The encrypted keys in a data folder, one file each, under names that people chose.</summary>
public sealed partial class AccountBook(HomeFolder home)
{
    /// <exception cref="FormatException">The text is no name for an account.</exception>
    public static string CheckName(string text) => Legal().IsMatch(text)
        ? text
        : throw new FormatException(
            $"'{text}' is no name for an account: use up to 40 small letters, digits and dashes, and begin with a letter");

    /// <summary>By name. Files that are no keystores are left out.</summary>
    public IReadOnlyList<Account> All() => !Directory.Exists(home.Keys) ? [] :
        [.. Directory.EnumerateFiles(home.Keys, "*.json").Select(Read).OfType<Account>()
            .OrderBy(account => account.Name, StringComparer.Ordinal)];

    /// <param name="nameOrAddress">What a person typed.</param>
    /// <returns>Null where no key here is called that.</returns>
    public Account? Find(string nameOrAddress) => Address.TryParse(nameOrAddress, out var address)
        ? All().FirstOrDefault(account => account.Address == address)
        : Legal().IsMatch(nameOrAddress) && File.Exists(PathOf(nameOrAddress)) ? Read(PathOf(nameOrAddress)) : null;

    /// <exception cref="Failure">The name is taken.</exception>
    public void RequireFree(string name)
    {
        if (File.Exists(PathOf(name)))
            throw new Failure(ExitCode.Refused,
                $"There is an account called {name} already ({PathOf(name)}); a key is never written over another. Choose another name.");
    }

    /// <summary>Encrypts a key into a file of its own.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="Failure">The name is taken, or the key is here under another one.</exception>
    public string Add(string name, EthereumKey key, string password, KeystoreCost cost)
    {
        RequireFree(name);
        if (All().FirstOrDefault(account => account.Address == key.Address) is { } first)
            throw new Failure(ExitCode.Refused,
                $"The key of {key.Address} is here already, as the account {first.Name}. Use that name, or rename the file "
                + $"{PathOf(first.Name)}.");
        home.Create();
        Directory.CreateDirectory(home.Keys);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(home.Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Keystore.Save(PathOf(name), key, password, cost);
        return PathOf(name);
    }

    /// <exception cref="KeystoreException">The password is wrong, or the file is no keystore.</exception>
    public EthereumKey Open(Account account, string password) => Keystore.Load(PathOf(account.Name), password);

    public string PathOf(string name) => Path.Combine(home.Keys, $"{name}.json");

    private static Account? Read(string path)
    {
        try
        {
            return Keystore.ReadAddress(File.ReadAllText(path)) is { } address
                ? new Account(Path.GetFileNameWithoutExtension(path), address) : null;
        }
        catch (Exception unreadable) when (unreadable is KeystoreException || unreadable.IsOfFile())
        {
            return null;
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$")]
    private static partial Regex Legal();
}
