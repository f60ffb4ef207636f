using System.CommandLine;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Trust;
using DataBright.Terminal;

namespace DataBright.Cli.Jobs;

/// <summary>Whom a buyer trusts to run a job and to settle its disputes.</summary>
internal sealed class TrustedOptions
{
    private readonly Option<int?> _scheduler = Key("--scheduler-key", TrustedRole.Scheduler);
    private readonly Option<int?> _referee = Key("--referee-key", TrustedRole.Referee);

    public static TrustedOptions AddTo(Command command)
    {
        var options = new TrustedOptions();
        command.Options.Add(options._scheduler);
        command.Options.Add(options._referee);
        return options;
    }

    public (Address Scheduler, Address Referee) Choose(ParseResult arguments, LedgerIndex index)
    {
        var keys = index.TrustedKeys.List();
        return (Choose(arguments.GetValue(_scheduler), _scheduler.Name, TrustedRole.Scheduler, keys),
            Choose(arguments.GetValue(_referee), _referee.Name, TrustedRole.Referee, keys));
    }

    private static Address Choose(int? named, string option, TrustedRole role, IReadOnlyList<TrustedKey> keys)
    {
        var live = keys.Where(key => key.Role == role && !key.Revoked).ToList();
        var word = role.ToString().ToLowerInvariant();
        if (named is { } number)
            return live.FirstOrDefault(key => key.Number == number)?.Key
                ?? throw new Failure(ExitCode.NotFound, $"There is no live {word} with key {number} on this market.");
        return live switch
        {
            [var only] => only.Key,
            [] => throw new Failure(ExitCode.NotFound, $"No {word} is registered on this market."),
            _ => throw new Failure(ExitCode.Usage, $"Choose a {word} with {option}: {string.Join(", ", live.Select(InWords))}."),
        };
    }

    private static string InWords(TrustedKey key) =>
        $"{key.Number} ({key.Key}, attestation {key.Attestation.ToString().ToLowerInvariant()})";

    private static Option<int?> Key(string name, TrustedRole role) => new(name)
    {
        Description = $"The number of the {role.ToString().ToLowerInvariant()}'s trusted key (default: the only one)",
        HelpName = "N",
        CustomParser = Parsing.By<int?>(text => Parsing.Whole(text, 1, ushort.MaxValue)),
    };
}
