using System.CommandLine;
using DataBright.Learning.Archives;
using DataBright.Learning.Examples;
using DataBright.Learning.Files;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>Where data points come from: one source of <see cref="PointSource"/>, and which of its points.</summary>
internal sealed class PointOptions
{
    private const long MaxBytes = 4L << 30;

    private readonly (PointSource Source, Option<string?> File, Option<string?>? Labels)[] _sources;
    private readonly Option<string?> _split;
    private readonly Option<int> _skip;
    private readonly Option<int?> _take;
    private readonly string _what;

    private PointOptions(string prefix, string what, PointReading reading)
    {
        _what = what;
        Reading = reading;
        Option<string?> File(string name, string description, string help = "FILE") =>
            new($"--{prefix}{name}") { Description = $"{what}: {description}", HelpName = help };
        _sources =
        [
            (PointSource.Idx, File("images", "an IDX file of images"), File("labels", "the IDX file of their labels")),
            (PointSource.Shard, File("shard", "a shard file instead"), null),
            (PointSource.Pictures, File("folder",
                "a folder with a folder of pictures for each class, in PNG, JPEG or WebP, or a zip or tar of one", "DIR"), null),
            (PointSource.Csv, File("csv", "a table of numbers with a header and a column of labels"), null),
            (PointSource.Parquet, File("parquet", "a table in Parquet with a column of labels"), null),
            (PointSource.JsonLines, File("json-lines", "a line {\"features\":[…],\"label\":…} for each point"), null),
            (PointSource.Texts, File("texts", "a line {\"text\":\"…\",\"label\":…} for each point"), null),
            (PointSource.Npy, File("npy", "an NPY file of features"), File("npy-labels", "the NPY file of their labels")),
            (PointSource.Croissant, File("croissant", "a Croissant card, whose files are on this machine"), null),
        ];
        _split = new($"--{prefix}split") { Description =
            $"{what}: the part of a Croissant card's records that is taken, such as train (default: all)", HelpName = "NAME" };
        _skip = new($"--{prefix}skip")
        {
            Description = $"{what}: leave out the first N points (default 0)",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
            CustomParser = Parsing.By(text => Parsing.Whole(text, 0, int.MaxValue)),
        };
        _take = new($"--{prefix}take") { Description = $"{what}: take N points at most", HelpName = "N",
            CustomParser = Parsing.By<int?>(text => Parsing.Whole(text, 1, int.MaxValue)) };
        reading.Users.Add(this);
    }

    /// <param name="command">Takes the options.</param>
    /// <param name="prefix">Before each option's name.</param>
    /// <param name="what">What the points are for.</param>
    /// <param name="like">Other points of the command, whose files are understood in the same way.</param>
    /// <param name="use">What they are read for, where there are no others.</param>
    public static PointOptions AddTo(Command command, string prefix, string what, PointOptions? like = null, PointUse use = PointUse.Offer)
    {
        var options = new PointOptions(prefix, what, like?.Reading ?? new PointReading(use));
        foreach (var option in options.Own)
            command.Options.Add(option);
        if (like is null)
            foreach (var (option, _) in options.Reading.All)
                command.Options.Add(option);
        return options;
    }

    public PointReading Reading { get; }

    private IEnumerable<Option> Own =>
        [.. _sources.SelectMany(source => source.Labels is null ? (Option[])[source.File] : [source.File, source.Labels]), _split,
            _skip, _take];

    /// <summary>The sources that are named, in whole or in part.</summary>
    public IEnumerable<PointSource> Named(ParseResult arguments) =>
        _sources.Where(source => arguments.GetValue(source.File) is not null
            || source.Labels is not null && arguments.GetValue(source.Labels) is not null).Select(source => source.Source);

    /// <summary>The first of these options that was said; null where none was.</summary>
    public Option? Said(ParseResult arguments) => Own.FirstOrDefault(option => PointReading.IsSaid(arguments, option));

    /// <exception cref="Failure">The options name no points, more than one source, or are for another source.</exception>
    /// <exception cref="MalformedInputException">A file is not what it should be.</exception>
    public async Task<Shard> ReadAsync(ParseResult arguments, int classes, CancellationToken stop, Action<string>? note = null)
    {
        PointSource[] named = [.. Named(arguments)];
        var place = named.Length == 1 ? Array.FindIndex(_sources, source => source.Source == named[0]) : -1;
        if (place < 0 || _sources[place] is var (_, one, two)
            && (arguments.GetValue(one) is null || two is not null && arguments.GetValue(two) is null))
            throw new Failure(ExitCode.Usage,
                $"{_what}: name one source: "
                + $"{string.Join(", ", _sources.Select(source => source.Labels is null
                    ? source.File.Name : $"{source.File.Name} with {source.Labels.Name}"))}; those of a pair belong together.");
        Reading.Require(arguments);
        if (named[0] != PointSource.Croissant && PointReading.IsSaid(arguments, _split))
            throw new Failure(ExitCode.Usage,
                $"{_split.Name} says nothing to {PointReading.InWords(named[0])}; it is for "
                + $"{PointReading.InWords(PointSource.Croissant)}.");
        var read = await FittingAsync(() => ReadAsync(arguments, _sources[place], classes, note ?? (_ => { }), stop));
        var cut = Cut(read, arguments.GetValue(_skip), arguments.GetValue(_take) ?? int.MaxValue);
        return OrderSeed(arguments) is { } seed ? PointOrder.Of(cut, seed, stop) : cut;
    }

    /// <summary>
    /// The seed that the order of the points is drawn with; null for a shard, which has the order that its root was made of.
    /// </summary>
    public ulong? OrderSeed(ParseResult arguments) => Named(arguments).Contains(PointSource.Shard) ? null : Reading.OrderSeed(arguments);

    /// <summary>What the points mean that were read.</summary>
    public PointMeaning Meaning(ParseResult arguments) => Reading.Meaning(arguments, Named(arguments).Single());

    public static string InWords(ulong? orderSeed) => orderSeed is { } seed ? $"drawn with seed {seed}" : "as in the shard";

    /// <summary>What is wrong with labels is mended by an option here.</summary>
    private static async Task<Shard> FittingAsync(Func<Task<Shard>> read)
    {
        try
        {
            return await read();
        }
        catch (UnfitPointsException unfit) when (unfit.Why is UnfitPoints.LabelByName or UnfitPoints.FolderByName)
        {
            throw new Failure(unfit.Why == UnfitPoints.LabelByName ? ExitCode.Usage : ExitCode.BadInput,
                $"{unfit.What}: say with --classes which classes there are, in the dataset's order, so that everybody means the same.");
        }
        catch (UnfitPointsException unfit) when (unfit.Why == UnfitPoints.LabelBeyond)
        {
            throw new Failure(ExitCode.BadInput, $"{unfit.What} of --classes.");
        }
    }

    private async Task<Shard> ReadAsync(ParseResult arguments, (PointSource Source, Option<string?> File, Option<string?>? Labels) source,
        int most, Action<string> note, CancellationToken stop)
    {
        var (file, labels, classes) = (arguments.GetValue(source.File)!, source.Labels is null ? null : arguments.GetValue(source.Labels),
            Reading.Classes(arguments));
        switch (source.Source)
        {
            case PointSource.Idx:
                return PointFiles.OfIdx(await IdxFile.ReadAsync(file, labels!, most, stop), classes);
            case PointSource.Shard:
                return await ReadShardAsync(file, stop);
            case PointSource.Pictures:
                var pictures = PictureFolder.Read(file, Reading.Pictures(arguments), stop);
                return PointFiles.OfPictures(pictures, classes ?? Reading.Infer(pictures.Classes, note));
            case PointSource.Csv:
                return PointFiles.OfTable(await Reading.TableAsync(arguments, options => Task.FromResult(CsvFile.Read(file, options)),
                    note), classes);
            case PointSource.Parquet:
                return PointFiles.OfTable(await Reading.TableAsync(arguments, options => ParquetFile.ReadAsync(file, options, stop), note),
                    classes);
            case PointSource.JsonLines:
                return PointFiles.OfLines(JsonLinesFile.ReadFeatures(file, classes?.Names), classes);
            case PointSource.Texts:
                var texts = JsonLinesFile.ReadText(file, Reading.TextBytes(arguments), classes?.Names);
                if (texts.TextsCut > 0)
                    note(
                        $"{texts.TextsCut} of {texts.Examples.Count} texts are longer than {Reading.TextBytes(arguments)} bytes and are "
                        + "cut there; --text-bytes says another length.");
                return PointFiles.OfLines(texts, classes);
            case PointSource.Croissant:
                return await new CardPoints(Reading, arguments, file, arguments.GetValue(_split), note).ReadAsync(stop);
            default:
                return PointFiles.OfArrays(NpyFiles.Read(file, labels!, classes?.Count), classes);
        }
    }

    private static async Task<Shard> ReadShardAsync(string path, CancellationToken stop)
    {
        await using var file = GivenFile.Open(path);
        if (Archive.IsOne(file))
            throw new Failure(ExitCode.BadInput, $"{path}: an archive; a shard is one file as it is: unpack it first.");
        try
        {
            return await ShardFile.ReadAsync(file, MaxBytes, stop);
        }
        catch (FormatException damaged)
        {
            file.Position = 0;
            var head = new byte[FileKind.HeadLength];
            var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, stop);
            throw new Failure(ExitCode.BadInput,
                $"{path}: {(head.AsSpan().StartsWith("DBSH"u8) ? null : FileKind.Describe(head.AsSpan(0, length))) ?? damaged.Message}");
        }
    }

    private Shard Cut(Shard shard, int skip, int take)
    {
        if (skip == 0 && take >= shard.Count)
            return shard;
        return skip < shard.Count
            ? shard.Select([.. Enumerable.Range(skip, Math.Min(take, shard.Count - skip))])
            : throw new Failure(ExitCode.BadInput, $"{_what}: there are {shard.Count} points; {_skip.Name} {skip} leaves none.");
    }
}
