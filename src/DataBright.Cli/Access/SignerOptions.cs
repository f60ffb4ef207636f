using System.CommandLine;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal;
using DataBright.Terminal.Processes;

namespace DataBright.Cli.Access;

/// <summary>The options that name a signer elsewhere: a wallet or a hardware wallet behind one, which never gives its key away.</summary>
internal sealed class SignerOptions
{
    public const string Variable = SecretVariables.Signer;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Option<Uri?> _url = new("--signer")
    {
        Description = $"Instead of a key here: a signer's JSON-RPC URL (or {Variable})",
        HelpName = "URL",
        CustomParser = Parsing.By<Uri?>(Parsing.Url),
    };

    private readonly Option<Address?> _account = new("--account")
    {
        Description = "With --signer: which of its accounts acts (default: the only one)",
        HelpName = "ADDRESS",
        CustomParser = Parsing.By<Address?>(text => Address.TryParse(text, out var address) ? address
            : throw new FormatException(
                $"'{text}' is no address: 40 hexadecimal digits with the right capitals, or all small, are expected")),
    };

    private readonly Option<TimeSpan> _wait = new("--signer-wait")
    {
        Description = "With --signer: how long a person may take to approve one thing (default 5m)",
        HelpName = "5m|1h",
        DefaultValueFactory = _ => new ExternalSignerOptions().ApprovalTimeout,
        CustomParser = Parsing.By(text => QuantityText.ParseTime(text) is var span && span > TimeSpan.Zero && span <= Longest ? span
            : throw new FormatException($"'{text}' is too long or too short a wait: use up to 1h")),
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_account);
        command.Options.Add(_wait);
    }

    /// <summary>For commands that cannot use one: naming one is then answered with a reason instead of an unknown word.</summary>
    public void HideOn(Command command)
    {
        AddTo(command);
        foreach (var option in new Option[] { _url, _account, _wait })
            option.Hidden = true;
    }

    /// <summary>Whether a signer, or an account of one, is named on the command line.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(_url) is not null || arguments.GetValue(_account) is not null;

    /// <summary>The signer's URL; null where none is named. A key that is named goes before the environment.</summary>
    /// <exception cref="Failure">Both are named, or the environment has no URL.</exception>
    public Uri? Url(ParseResult arguments, bool hasKey)
    {
        if (arguments.GetValue(_url) is { } named)
            return hasKey ? throw new Failure(ExitCode.Usage, "Give --signer or a key (--key, --key-file), not both.") : named;
        if (!hasKey && FromEnvironment() is { } set)
            return set;
        return arguments.GetValue(_account) is null
            ? null
            : throw new Failure(ExitCode.Usage,
                "--account chooses among a signer's accounts: name the signer with --signer URL. An account of this data folder is named "
                + "with --key.");
    }

    /// <summary>The account that the signer acts as.</summary>
    /// <exception cref="SignerException">It is not there, stands on another chain, or does not offer the account.</exception>
    public async Task<ExternalAccount> OpenAsync(ParseResult arguments, HttpClient http, Uri url, EthereumClient chain, Output output,
        CancellationToken stop)
    {
        var options = new ExternalSignerOptions { ApprovalTimeout = arguments.GetValue(_wait), Asking = output.Note };
        return await ExternalAccount.OpenAsync(new ExternalSigner(http, url, options, TimeProvider.System), chain,
            arguments.GetValue(_account), TimeProvider.System, stop);
    }

    private static Uri? FromEnvironment()
    {
        if (SecretVariables.Find(Variable) is not { } text)
            return null;
        try
        {
            return Parsing.Url(text);
        }
        catch (FormatException wrong)
        {
            throw new Failure(ExitCode.Usage, $"{Variable}: {wrong.Message}.");
        }
    }
}
