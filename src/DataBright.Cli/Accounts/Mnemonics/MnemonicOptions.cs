using System.CommandLine;
using DataBright.Terminal;

namespace DataBright.Cli.Accounts.Mnemonics;

/// <summary>The options of commands that take keys from words.</summary>
internal sealed class MnemonicOptions
{
    private readonly Option<bool> _mnemonic;

    private readonly Option<DerivationPath?> _path = new("--path")
    {
        Description = $"With --mnemonic: where the key is derived (default {DerivationPath.Usual})",
        HelpName = "PATH",
        CustomParser = Parsing.By<DerivationPath?>(DerivationPath.Parse),
    };

    private MnemonicOptions(string description) => _mnemonic = new("--mnemonic") { Description = description };

    public static MnemonicOptions AddTo(Command command, string description)
    {
        var options = new MnemonicOptions(description);
        command.Options.Add(options._mnemonic);
        command.Options.Add(options._path);
        return options;
    }

    public bool IsGiven(ParseResult arguments) => arguments.GetValue(_mnemonic);

    public DerivationPath Path(ParseResult arguments) => arguments.GetValue(_path) ?? DerivationPath.Usual;

    /// <exception cref="Failure">Options are given that mean nothing without words.</exception>
    public void RequireUnused(ParseResult arguments, params Option[] others)
    {
        if (others.Prepend(_path).FirstOrDefault(option => arguments.GetResult(option) is { Implicit: false }) is { } idle)
            throw new Failure(ExitCode.Usage, $"{idle.Name} says something about a mnemonic: add --mnemonic.");
    }
}
