using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Services.Relays;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;

namespace DataBright.Cli.Up;

/// <summary>Who pays for others' gas, and how much of it.</summary>
internal sealed class RelayerOptions
{
    private const int Most = 1_000_000;

    private static readonly RelayTerms Usual = new();

    private readonly Option<string?> _key =
        new("--relayer-key") { Description =
            "With --rpc: the account whose ether pays for others' votes and claims (default: none, nothing is relayed)",
            HelpName = "NAME" };
    private readonly Option<string?> _file =
        new("--relayer-key-file") { Description = "Instead of that account: a file with a bare private key, on development chains only",
            HelpName = "FILE" };
    private readonly Option<string?> _password =
        new("--relayer-password-file") { Description =
            $"A file whose first line is that account's password (or {Password.Variable}; default: asked for)", HelpName = "FILE" };
    private readonly Option<int> _perAccount = Limit("--relayer-per-account", Usual.PerAccount, text => Parsing.Whole(text, 1, Most),
        "The most transactions it carries for one account in 24 hours", "N");
    private readonly Option<int> _perDay = Limit("--relayer-per-day", Usual.PerDay, text => Parsing.Whole(text, 1, Most),
        "The most transactions it carries for everybody in 24 hours", "N");
    private readonly Option<Ether> _floor = Limit("--relayer-floor", new Ether(Usual.Floor), Ether.Parse,
        "What stays in its account; below it nothing is carried", "ETHER");
    private readonly Option<Ether> _cost = Limit("--relayer-most-cost", new Ether(Usual.MaxCost), Ether.Parse,
        "The most that one transaction may cost at the chain's fees of the moment", "ETHER");
    private readonly Option<Money> _claim = Limit("--relayer-least-claim", Usual.MinClaim, Money.Parse,
        "The least that a claim must come to", "DOLLARS");

    public static RelayerOptions AddTo(Command command)
    {
        var options = new RelayerOptions();
        foreach (var option in new Option[] { options._key, options._file, options._password, options._perAccount, options._perDay,
            options._floor, options._cost, options._claim })
            command.Options.Add(option);
        return options;
    }

    /// <summary>What it pays for.</summary>
    public RelayTerms Terms(ParseResult arguments)
    {
        var terms = new RelayTerms
        {
            PerAccount = arguments.GetValue(_perAccount),
            PerDay = arguments.GetValue(_perDay),
            Floor = arguments.GetValue(_floor).Wei,
            MaxCost = arguments.GetValue(_cost).Wei,
            MinClaim = arguments.GetValue(_claim),
        };
        return terms.PerAccount <= terms.PerDay ? terms : throw new Failure(
            ExitCode.Usage,
            $"One account cannot have more transactions a day ({terms.PerAccount}) than all together ({terms.PerDay}): change "
            + "--relayer-per-account or --relayer-per-day.");
    }

    /// <summary>The account that pays; null where nobody does.</summary>
    public EthereumKey? Open(ParseResult arguments, HomeFolder home, ulong chainId)
    {
        if (arguments.GetValue(_file) is { } file)
            return arguments.GetValue(_key) is null ? KeyOptions.OpenBare(file, chainId)
                : throw new Failure(ExitCode.Usage, "Give --relayer-key or --relayer-key-file, not both.");
        if (arguments.GetValue(_key) is not { } name)
            return null;
        var book = new AccountBook(home);
        var account = book.Find(name)
            ?? throw new Failure(ExitCode.Denied, $"There is no account {name} in {home.Root}. See: databright account list");
        return book.Open(account, Password.Read(arguments.GetValue(_password), account.Name));
    }

    private static Option<T> Limit<T>(string name, T usual, Func<string, T> parse, string description, string value) => new(name)
    {
        Description = TerminalWording.WithDefault(description, usual),
        HelpName = value,
        DefaultValueFactory = _ => usual,
        CustomParser = Parsing.By(parse),
    };
}
