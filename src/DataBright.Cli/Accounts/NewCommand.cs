using System.CommandLine;
using DataBright.Cli.Home;
using DataBright.Cli.Terminal;
using DataBright.Ethereum;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>Makes a key and keeps it encrypted.</summary>
internal sealed class NewCommand : Verb
{
    private readonly Argument<string> _name;
    private readonly Option<string?> _password = KeyOptions.PasswordFile();
    private readonly Option<bool> _light = KeystoreStrength.Option();

    public NewCommand()
        : base("new", "Make an account: a new key, encrypted with your password", "account new ada")
    {
        _name = Expect("NAME", AccountBook.CheckName, "What to call it");
        Options.Add(_password);
        Options.Add(_light);
    }

    protected override Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var book = new AccountBook(HomeFolder.Of(arguments));
        var name = arguments.GetValue(_name)!;
        book.RequireFree(name);
        using var key = EthereumKey.Generate();
        var file = book.Add(name, key, Password.Choose(arguments.GetValue(_password)), KeystoreStrength.Of(arguments, _light));
        output.Show(new { name, address = key.Address, file }, console =>
        {
            console.Write(Sheet.Facts(("Account", name), ("Address", key.Address), ("Key", file)));
            console.WriteLine("Keep a copy of that file and its password: nobody can make another.");
        });
        return Task.FromResult(ExitCode.Done);
    }
}

/// <summary>How dear guessing a keystore's password is made.</summary>
internal static class KeystoreStrength
{
    public static Option<bool> Option() => new("--light") { Description = "Encrypt quickly, with little memory: for keys of test chains" };

    public static KeystoreCost Of(ParseResult arguments, Option<bool> light) => arguments.GetValue(light) ? KeystoreCost.Light : KeystoreCost.Standard;
}
