using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Compute.Evaluations;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>
/// Keeps a new dataset's points: those that it is measured on sealed unless anybody may read them, those that it lists as its founder says.
/// </summary>
internal sealed class PointSeal
{
    private const int UsualSamples = 16;
    private const int AllBps = 10_000;

    private readonly Option<bool> _public =
        new("--public-held-out") { Description =
            "Let anybody read the points to measure on: whoever has them can offer them, and train on them" };
    private readonly Option<PointAccess> _access = new("--access")
    {
        Description = TerminalWording.WithDefault(
            "Who may read the points that the dataset lists: 'public', anybody; 'market', only schedulers, referees, workers with a part "
            + "of them in a job, and whoever bought a training run", "public"),
        HelpName = "public|market",
        CustomParser = Parsing.By(ParseAccess),
    };

    private readonly Option<int?> _samples = new("--samples")
    {
        Description = TerminalWording.WithDefault("Points of every sealed shard that anybody may look at, with --access market",
            UsualSamples),
        HelpName = "N",
    };

    private readonly Option<int?> _limit = new("--worker-limit")
    {
        Description = TerminalWording.WithDefault(
            "The most of the sealed points that one worker sees in a training run, whatever its buyer would allow, with --access market",
            "100 %"),
        HelpName = "PERCENT",
        CustomParser = Parsing.By<int?>(text => QuantityText.ParsePercent(text)),
    };

    private readonly Option<Uri?> _scheduler = SchedulerNode.Option();
    private readonly Option<Uri?> _referee = RefereeNode.Option();

    private PointSeal(Command command)
    {
        foreach (var option in (Option[])[_public, _access, _samples, _limit, _scheduler, _referee]) command.Options.Add(option);
    }

    public static PointSeal AddTo(Command command) => new(command);

    /// <summary>How listed points are sealed by the dataset's terms; null where anybody may read them.</summary>
    /// <exception cref="Failure">So many samples cannot be shown, or are shown anyway; or nobody can see so much.</exception>
    public SealedPoints? Listed(ParseResult arguments)
    {
        var samples = arguments.GetValue(_samples);
        var limit = arguments.GetValue(_limit);
        if (arguments.GetValue(_access) == PointAccess.Public)
            return samples is null && limit is null
                ? null : throw new Failure(ExitCode.Usage,
                    $"{_samples.Name} and {_limit.Name} are for {_access.Name} market: anybody may read all of the points.");
        if (limit is < 1 or > AllBps)
            throw new Failure(ExitCode.Usage, $"{_limit.Name} is more than 0 and at most 100 %: with 0 nobody could train on the points.");
        return samples is null or (>= 0 and <= SealedPoints.MaxSamples)
            ? new SealedPoints(samples ?? UsualSamples, limit ?? AllBps)
            : throw new Failure(ExitCode.Usage, $"{_samples.Name} is from 0 to {SealedPoints.MaxSamples}.");
    }

    /// <summary>Who alone can read what is sealed, and whether the points to measure on are.</summary>
    public async Task<(IReadOnlyCollection<PublicKey> Readers, bool IsHeldOutPrivate)> ReadersAsync(ParseResult arguments,
        MarketAccess market, Signer founder, Output output, CancellationToken stop)
    {
        var (isPrivate, isSealed) = (!arguments.GetValue(_public), arguments.GetValue(_access) == PointAccess.Market);
        var recipients = isPrivate || isSealed ? await RecipientsAsync(arguments, market, founder, isPrivate, output, stop) : null;
        if (recipients is null && (arguments.GetValue(_scheduler) is not null || arguments.GetValue(_referee) is not null))
            throw new Failure(ExitCode.Usage,
                $"{_scheduler.Name} and {_referee.Name} name who may open what is sealed; here everybody may read everything: leave them "
                + "out.");
        return (recipients?.Keys ?? [], isPrivate);
    }

    private async Task<Recipients> RecipientsAsync(ParseResult arguments, MarketAccess market, Signer founder, bool isPrivate,
        Output output, CancellationToken stop)
    {
        var open = isPrivate ? $"let everybody read them with {_public.Name}" : $"leave {_access.Name} out";
        var what = isPrivate ? "the points to measure on" : "the points";
        var recipients = await Recipients.FindAsync(market, arguments.GetValue(_scheduler), arguments.GetValue(_referee), founder, stop)
            ?? throw new Failure(ExitCode.Refused,
                $"Nobody could open {what}: name a scheduler's node with {_scheduler.Name}, create the dataset with a key that is on this "
                + $"machine, or {open}.");
        if (!recipients.HasTrusted)
            output.Note(
                $"No scheduler or referee can open {what} yet. When their nodes run: databright dataset grant ID --market URL --referee "
                + "URL");
        return recipients;
    }

    private static PointAccess ParseAccess(string text) => text switch
    {
        "public" => PointAccess.Public,
        "market" => PointAccess.Market,
        _ => throw new FormatException($"'{text}' is not who may read the points: 'public' or 'market'."),
    };
}

/// <summary>Who may read the points that a dataset lists.</summary>
internal enum PointAccess
{
    Public,
    Market,
}
