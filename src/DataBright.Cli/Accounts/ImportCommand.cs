using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Accounts.Mnemonics;
using DataBright.Ethereum;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>Takes a key that exists already.</summary>
internal sealed class ImportCommand : Verb
{
    private readonly Argument<string> _name;
    private readonly Argument<string?> _file;
    private readonly MnemonicOptions _mnemonic;
    private readonly Option<bool> _passphrase;
    private readonly Option<string?> _passphraseFile;
    private readonly Option<string?> _password = KeyOptions.PasswordFile();
    private readonly Option<bool> _light = KeystoreStrength.Option();

    public ImportCommand()
        : base("import", "Take in a key: from a V3 keystore of any wallet, a bare private key, or a mnemonic",
            "account import ada wallet.json")
    {
        _name = Expect("NAME", AccountBook.CheckName, "What to call it");
        _file = Expect<string?>("FILE", "A V3 keystore, or a file with 64 hexadecimal digits; none with --mnemonic");
        _file.Arity = ArgumentArity.ZeroOrOne;
        _mnemonic = MnemonicOptions.AddTo(this, "Derive the key from words, which are asked for or read from standard input");
        _passphrase = Take<bool>("--passphrase", "With --mnemonic: ask for the passphrase of BIP-39 that belongs to the words, too");
        _passphraseFile = Take<string?>("--passphrase-file", "With --mnemonic: a file whose first line is that passphrase", "FILE");
        Options.Add(_password);
        Options.Add(_light);
    }

    protected override Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var name = arguments.GetValue(_name)!;
        var book = new AccountBook(HomeFolder.Of(arguments));
        if (_mnemonic.IsGiven(arguments))
        {
            if (arguments.GetValue(_file) is not null)
                throw new Failure(ExitCode.Usage,
                    "The words of a mnemonic are asked for or read from standard input; leave FILE out, and never put words on the command "
                    + "line, which others can see.");
            book.RequireFree(name);
            FromWords(arguments, book, name, output);
        }
        else
        {
            _mnemonic.RequireUnused(arguments, _passphrase, _passphraseFile);
            FromFile(arguments, book, name,
                arguments.GetValue(_file) ?? throw new Failure(ExitCode.Usage,
                    "Name the FILE with the key, or give --mnemonic. See: databright account import --help"), output);
        }
        return Task.FromResult(ExitCode.Done);
    }

    private void FromWords(ParseResult arguments, AccountBook book, string name, Output output)
    {
        var (phrase, path) = (MnemonicPhrase.Parse(MnemonicPrompt.Read()), _mnemonic.Path(arguments));
        var passphrase = arguments.GetValue(_passphraseFile) is { } file ? Password.FirstLine(file, "passphrase")
            : arguments.GetValue(_passphrase)
                ? Password.Ask("Passphrase of the mnemonic", "A passphrase is needed: name a file with --passphrase-file.") : "";
        using var key = phrase.Derive(path, passphrase);
        var kept = book.Add(name, key, Password.Choose(arguments.GetValue(_password)), KeystoreStrength.Of(arguments, _light));
        output.Show(new { name, address = key.Address, file = kept, path = path.ToString() }, console =>
        {
            console.Write(Sheet.Facts(("Account", name), ("Address", key.Address), ("Key", kept), ("Derived at", path)));
            console.WriteLine(
                "If your wallet shows another address, the path or the passphrase is another one: see --path and --passphrase.");
        });
    }

    private void FromFile(ParseResult arguments, AccountBook book, string name, string file, Output output)
    {
        using var reader = new StreamReader(GivenFile.Open(file));
        book.RequireFree(name);
        var text = reader.ReadToEnd();
        var isKeystore = text.AsSpan().TrimStart().StartsWith("{");
        var password = isKeystore ? Password.Read(arguments.GetValue(_password), file) : Password.Choose(arguments.GetValue(_password));
        using var key = isKeystore ? Keystore.Load(file, password) : BareKey.Parse(file, text);
        var kept = book.Add(name, key, password, KeystoreStrength.Of(arguments, _light));
        output.Show(new { name, address = key.Address, file = kept }, console =>
        {
            console.Write(Sheet.Facts(("Account", name), ("Address", key.Address), ("Key", kept)));
            if (!isKeystore)
                console.WriteLine($"{file} still holds the bare key: delete it once you have a copy of the encrypted one.");
        });
    }
}
