using System.CommandLine;
using DataBright.Cli.Home;
using DataBright.Cli.Terminal;
using DataBright.Ethereum;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>Takes a key that exists already.</summary>
internal sealed class ImportCommand : Verb
{
    private readonly Argument<string> _name;
    private readonly Argument<string> _file;
    private readonly Option<string?> _password = KeyOptions.PasswordFile();
    private readonly Option<bool> _light = KeystoreStrength.Option();

    public ImportCommand()
        : base("import", "Take in a key from a file: a V3 keystore of any wallet, or a bare private key", "account import ada wallet.json")
    {
        _name = Expect("NAME", AccountBook.CheckName, "What to call it");
        _file = Expect<string>("FILE", "A V3 keystore, or a file with 64 hexadecimal digits");
        Options.Add(_password);
        Options.Add(_light);
    }

    protected override Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var (name, file) = (arguments.GetValue(_name)!, arguments.GetValue(_file)!);
        if (!File.Exists(file))
            throw new Failure(ExitCode.BadInput, $"The file {file} does not exist.");
        var book = new AccountBook(HomeFolder.Of(arguments));
        book.RequireFree(name);
        var text = File.ReadAllText(file);
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
        return Task.FromResult(ExitCode.Done);
    }
}
