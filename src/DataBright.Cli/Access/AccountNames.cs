using DataBright.Ethereum;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;

namespace DataBright.Cli.Access;

/// <summary>Somebody, as typed: an address, or the name of an account in the data folder.</summary>
internal static class AccountNames
{
    public static string Check(string text) =>
        Address.TryParse(text, out _) ? text
        : text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? throw new FormatException(
                $"'{text}' is no address: 40 hexadecimal digits with the right capitals, or all small, are expected")
        : AccountBook.CheckName(text);

    /// <exception cref="Failure">No account is called that.</exception>
    public static Address Resolve(string text, HomeFolder home) =>
        Address.TryParse(text, out var address) ? address
        : new AccountBook(home).Find(text)?.Address
            ?? throw new Failure(ExitCode.NotFound,
                $"There is no account {text} in {home.Root}. Give an address, or see: databright account list");

    /// <summary>The name that an address has here, else the address cut short.</summary>
    public static Func<Address, string> Names(HomeFolder home)
    {
        // Whoever copied keystores by hand may have one key under two names.
        var names = new AccountBook(home).All().DistinctBy(account => account.Address)
            .ToDictionary(account => account.Address, account => account.Name);
        return address => names.GetValueOrDefault(address) ?? TerminalWording.Short(address);
    }
}
