using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Accounts.Mnemonics;
using DataBright.Ethereum;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>Makes a key and keeps it encrypted; with a mnemonic, from words that can be written down.</summary>
internal sealed class NewCommand : Verb
{
    private readonly Argument<string> _name;
    private readonly MnemonicOptions _mnemonic;
    private readonly Option<int> _words;
    private readonly Option<bool> _print;
    private readonly Option<string?> _password = KeyOptions.PasswordFile();
    private readonly Option<bool> _light = KeystoreStrength.Option();

    public NewCommand()
        : base("new", "Make an account: a new key, encrypted with your password", "account new ada")
    {
        _name = Expect("NAME", AccountBook.CheckName, "What to call it");
        _mnemonic = MnemonicOptions.AddTo(this, "Derive the key from new words, which are shown once, to be written down");
        _words = TakeOr("--word-count", MnemonicPhrase.Lengths[0], Count, "With --mnemonic: how many words, 12, 15, 18, 21 or 24", "N");
        _print = Take<bool>("--print-words",
            "With --mnemonic: print the words with the rest of the output, for a program that keeps them safe");
        Options.Add(_password);
        Options.Add(_light);
    }

    protected override Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var (name, prints) = (arguments.GetValue(_name)!, arguments.GetValue(_print));
        var book = new AccountBook(HomeFolder.Of(arguments));
        book.RequireFree(name);
        if (!_mnemonic.IsGiven(arguments))
            _mnemonic.RequireUnused(arguments, _words, _print);
        else if (!prints)
            MnemonicPrompt.RequireTerminal();
        var phrase = _mnemonic.IsGiven(arguments) ? MnemonicPhrase.Generate(arguments.GetValue(_words)) : null;
        var path = _mnemonic.Path(arguments);
        var password = Password.Choose(arguments.GetValue(_password));
        using var key = phrase?.Derive(path, passphrase: "") ?? EthereumKey.Generate();
        // Before the account is there: whoever stops here has lost nothing.
        if (phrase is not null && !prints)
            MnemonicPrompt.Show(phrase.Words, stop);
        var file = book.Add(name, key, password, KeystoreStrength.Of(arguments, _light));
        var shown = phrase is not null && prints ? string.Join(' ', phrase.Words) : null;
        output.Show(Document(name, key.Address, file, phrase is null ? null : path, shown), console =>
        {
            console.Write(Sheet.Facts(("Account", name), ("Address", key.Address), ("Key", file),
                ("Derived at", phrase is null ? null : path), ("Mnemonic", shown)));
            console.WriteLine(phrase is null
                ? "Keep a copy of that file and its password: nobody can make another."
                : "The words bring the account back, here or in any wallet. Keep them away from this machine.");
        });
        return Task.FromResult(ExitCode.Done);
    }

    private static object Document(string name, Address address, string file, DerivationPath? path, string? mnemonic) =>
        path is null ? new { name, address, file }
        : mnemonic is null ? new { name, address, file, path = path.ToString() }
        : new { name, address, file, path = path.ToString(), mnemonic };

    private static int Count(string text) => int.TryParse(text, out var count) && MnemonicPhrase.Lengths.Contains(count)
        ? count
        : throw new FormatException($"'{text}' is no number of words of a mnemonic: 12, 15, 18, 21 or 24 are possible");
}

/// <summary>How dear guessing a keystore's password is made.</summary>
internal static class KeystoreStrength
{
    public static Option<bool> Option() => new("--light") { Description = "Encrypt quickly, with little memory: for keys of test chains" };

    public static KeystoreCost Of(ParseResult arguments, Option<bool> light) =>
        arguments.GetValue(light) ? KeystoreCost.Light : KeystoreCost.Standard;
}
