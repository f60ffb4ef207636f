using System.CommandLine;
using System.Globalization;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>
/// The points that a dataset is measured on: from files of their own, or a part of its first points that is held out of them.
/// </summary>
internal sealed class HeldOutOptions
{
    private readonly PointOptions _first;
    private readonly PointOptions _own;
    private readonly Option<int?> _part =
        new("--held-out") { Description = "Points to measure on: hold out so many of the first points, such as 20%", HelpName = "PERCENT",
            CustomParser = Parsing.By<int?>(text => Percent(text)) };
    private readonly Option<ulong?> _seed =
        new("--held-out-seed") { Description = "Points to measure on: which of the first points --held-out takes (default 1)",
            HelpName = "N", CustomParser = Parsing.By<ulong?>(text => Parsing.Seed(text)) };
    private readonly Option<bool> _overlap =
        new("--allow-overlap") { Description = "Create the dataset although points to measure on are among its first points" };

    private HeldOutOptions(Command command, PointOptions first)
    {
        _first = first;
        _own = PointOptions.AddTo(command, "held-out-", "Points to measure on", like: first);
        foreach (var option in (Option[])[_part, _seed, _overlap])
            command.Options.Add(option);
    }

    public static HeldOutOptions AddTo(Command command, PointOptions first) => new(command, first);

    /// <summary>Reads the first points and those to measure on.</summary>
    /// <exception cref="Failure">They do not look alike, or some are both.</exception>
    public async Task<(Shard First, Shard HeldOut)> ReadAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        if (arguments.GetValue(_part) is { } percent)
            return await DivideAsync(arguments, percent, output, stop);
        if (arguments.GetValue(_seed) is not null)
            throw new Failure(ExitCode.Usage, $"{_seed.Name} says nothing without {_part.Name}.");
        var first = await _first.ReadAsync(arguments, DataSchema.MaxClasses, stop, output.Note);
        var heldOut = await _own.ReadAsync(arguments, DataSchema.MaxClasses, stop, output.Note);
        if (!first.Schema.Equals(heldOut.Schema))
            throw new Failure(ExitCode.BadInput,
                $"The first points are {first.Schema}, those to measure on are {heldOut.Schema}; they must look alike.");
        Compare(first, heldOut, arguments.GetValue(_overlap), output);
        return (first, heldOut);
    }

    private async Task<(Shard First, Shard HeldOut)> DivideAsync(ParseResult arguments, int percent, Output output, CancellationToken stop)
    {
        if (_own.Said(arguments) is { } unheard)
            throw new Failure(ExitCode.Usage,
                $"{_part.Name} takes the points to measure on from the first points; leave {unheard.Name} away.");
        if (arguments.GetValue(_overlap))
            throw new Failure(ExitCode.Usage,
                $"{_overlap.Name} says nothing with {_part.Name}: points that are held out are not among the first.");
        var seed = arguments.GetValue(_seed) ?? 1;
        var all = await _first.ReadAsync(arguments, DataSchema.MaxClasses, stop, output.Note);
        var (first, heldOut) = HeldOutSplit.Of(all, percent, seed, stop)
            ?? throw new Failure(ExitCode.BadInput,
                $"{percent} % of {all.Count} points leave nothing to learn from, or nothing to measure on.");
        output.Note($"{heldOut.Count} of {all.Count} points are held out, with seed {seed}.");
        return (first, heldOut);
    }

    /// <summary>A model that learnt by heart what it is measured on looks good, and every proposal after it worse.</summary>
    private static void Compare(Shard first, Shard heldOut, bool isAllowed, Output output)
    {
        var known = new KnownPoints();
        known.Add(first);
        if (known.Compare(heldOut).InDataset is var both and > 0)
        {
            var words = $"{both} of {heldOut.Count} points to measure on are among the first points";
            if (!isAllowed)
                throw new Failure(ExitCode.Refused,
                    $"{words}: what learnt them by heart would look good. Take others, hold some out with --held-out 20%, or say "
                    + "--allow-overlap.");
            output.Note($"{words}.");
        }
    }

    private static int Percent(string text) =>
        int.TryParse(text.TrimEnd('%').TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            && percent is >= 1 and <= 99
            ? percent
            : throw new FormatException($"'{text}' is no part from 1% to 99%");
}
