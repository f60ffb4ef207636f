using System.CommandLine;
using DataBright.Learning.Cards;
using DataBright.Learning.Examples;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>How files of points are to be understood: said once for all of a command's.</summary>
internal sealed class PointReading
{
    private readonly Option<PointClasses?> _classes = new("--classes")
    {
        Description = "The classes in the dataset's order, as names between commas, or how many there are where labels are numbers from 0",
        HelpName = "NAMES|N",
        CustomParser = Parsing.By(text => (PointClasses?)PointClasses.Parse(text)),
    };

    private readonly Option<int> _textBytes = new("--text-bytes")
    {
        Description = "Bytes of a text that count; longer ones are cut (default 64)",
        HelpName = "N",
        DefaultValueFactory = _ => 64,
        CustomParser = Parsing.By(text => Parsing.Whole(text, 1, 65_536)),
    };

    private readonly Option<(int Width, int Height)?> _size = new("--size")
    {
        Description = "Bring pictures to this size, by the rule that brings those of predictions to it",
        HelpName = "WIDTHxHEIGHT",
        CustomParser = Parsing.By<(int, int)?>(text => Size(text)),
    };

    private readonly Option<bool> _grey = new("--grey") { Description = "Bring pictures from colours to grey" };

    private readonly Option<ulong> _orderSeed = new("--order-seed")
    {
        Description = "Points are brought into an order that is drawn with this seed, whatever order their files have (default 1)",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = Parsing.By(Parsing.Seed),
    };

    private readonly Option<string?> _recordSet =
        new("--record-set") { Description = "The record set of a Croissant card whose records are the points, where it has more than one",
            HelpName = "NAME" };

    private readonly Option<string?> _files =
        new("--files") { Description = "The folder with the files of a Croissant card (default: that of the card)", HelpName = "DIR" };

    private readonly TableOptions _tables;
    private PointClasses? _inferred;
    private DatasetSchema? _followed;
    private ParseResult? _reading;
    private PointSource? _cardHolds;

    /// <param name="use">What the points are read for.</param>
    public PointReading(PointUse use)
    {
        Use = use;
        _tables = new TableOptions(use);
        All =
        [
            new(_classes, PointSource.Idx, PointSource.Pictures, PointSource.Csv, PointSource.Parquet, PointSource.JsonLines,
                PointSource.Texts, PointSource.Npy, PointSource.Croissant),
            new(_textBytes, PointSource.Texts, PointSource.Croissant),
            new(_size, PointSource.Pictures, PointSource.Croissant),
            new(_grey, PointSource.Pictures, PointSource.Croissant),
            new(_recordSet, PointSource.Croissant),
            new(_files, PointSource.Croissant),
            .. _tables.All,
            .. use == PointUse.Ask
                ? [] : (ReadingOption[])[new(_orderSeed, [.. Enum.GetValues<PointSource>().Where(source => source != PointSource.Shard)])],
        ];
    }

    /// <summary>Which kinds of files listen to which option.</summary>
    public IReadOnlyList<ReadingOption> All { get; }

    /// <summary>The points of the command that are read in this way.</summary>
    public List<PointOptions> Users { get; } = [];

    private PointUse Use { get; }

    private bool Founds => Use == PointUse.Found;

    public PointClasses? Classes(ParseResult arguments) =>
        arguments.GetValue(_classes) ?? _inferred ?? (_followed?.Classes is { } names ? new PointClasses(names, names.Count) : null);

    /// <summary>
    /// From here on files are read as those of a dataset: what its schema says need not be said again, and must not be said otherwise.
    /// </summary>
    /// <exception cref="Failure">The options contradict it.</exception>
    public void Follow(ParseResult arguments, DatasetSchema dataset)
    {
        Begin(arguments);
        SchemaCheck.RequireClasses(dataset.Classes, arguments.GetValue(_classes));
        _followed = dataset;
        if (dataset.Columns is { } columns) _tables.Follow(arguments, columns);
    }

    /// <summary>What the points mean that were read from a source.</summary>
    public PointMeaning Meaning(ParseResult arguments, PointSource source)
    {
        if (source == PointSource.Croissant) source = _cardHolds ?? source;
        return new PointMeaning(source, Classes(arguments), source is PointSource.Csv or PointSource.Parquet ? _tables.Columns : null,
            _tables.Units(arguments));
    }

    public string? RecordSet(ParseResult arguments) => arguments.GetValue(_recordSet);

    public string? Files(ParseResult arguments) => arguments.GetValue(_files);

    public TableOptions Tables => _tables;

    /// <summary>The card that points were read by; null where there was none.</summary>
    public CardFacts? Card { get; private set; }

    /// <summary>
    /// From here on it is known whether the records of a card are a table, pictures or texts: what says nothing to them is refused.
    /// </summary>
    /// <exception cref="Failure">An option is said that they do not use.</exception>
    public void CardHolds(ParseResult arguments, PointSource kind, CardFacts card)
    {
        (_cardHolds, Card) = (kind, card);
        Option[] others = [.. kind == PointSource.Pictures ? [] : (Option[])[_size, _grey],
            .. kind == PointSource.Texts ? [] : (Option[])[_textBytes], .. kind == PointSource.Parquet ? [] : _tables.OfTablesAlone];
        if (others.FirstOrDefault(option => IsSaid(arguments, option)) is { } unheard)
            throw new Failure(ExitCode.Usage,
                $"{unheard.Name} says nothing to the "
                + $"{(kind == PointSource.Pictures ? "pictures" : kind == PointSource.Texts ? "texts" : "table")} of this Croissant card.");
    }

    /// <summary>The seed of the order of the points; null where they stay as they come.</summary>
    public ulong? OrderSeed(ParseResult arguments) => Use == PointUse.Ask ? null : arguments.GetValue(_orderSeed);

    public int TextBytes(ParseResult arguments) =>
        !IsSaid(arguments, _textBytes) && _followed?.Text is { } text ? text.Bytes : arguments.GetValue(_textBytes);

    /// <inheritdoc cref="TableOptions.Keep"/>
    public string? KeepColumns() => _tables.Keep();

    public Task<CsvTable> TableAsync(ParseResult arguments, Func<CsvOptions, Task<CsvTable>> read, Action<string> note) =>
        _tables.ReadAsync(arguments, Classes(arguments)?.Names, read, note);

    public PictureOptions Pictures(ParseResult arguments) =>
        new() { Read = PictureFile.Read, Decode = PictureFile.Parse, Endings = PictureFile.Endings, Size = arguments.GetValue(_size),
            IsGrey = arguments.GetValue(_grey) };

    /// <summary>
    /// The classes that folders have by their names, in the order of the alphabet: only the founder of a dataset may leave the order to it.
    /// </summary>
    public PointClasses? Infer(IReadOnlyList<string> names, Action<string> note)
    {
        if (!Founds || names.Count < 2 || names.All(name => PointClasses.NumberOf(name) >= 0))
            return null;
        note(
            $"The classes are {string.Join(", ", names.Select((name, label) => $"{label} {name}"))}. Whoever proposes points says: "
            + $"--classes {string.Join(',', names)}");
        return _inferred = new PointClasses(names, names.Count);
    }

    /// <summary>The classes that a card lists: the founder of a dataset takes them over in their order.</summary>
    public PointClasses? Listed(IReadOnlyList<string> names, Action<string> note)
    {
        if (!Founds || names.Count < 2 || names.All(name => PointClasses.NumberOf(name) >= 0)) return null;
        note($"The classes are those of the card: {SchemaCheck.Listed([.. names.Select((name, label) => $"{label} {name}")])}.");
        return _inferred = new PointClasses(names, names.Count);
    }

    /// <summary>An option that nothing listens to is refused: whoever said it believes that it was heard.</summary>
    /// <exception cref="Failure">An option is said to files that do not use it.</exception>
    public void Require(ParseResult arguments)
    {
        Begin(arguments);
        var sources = Users.SelectMany(user => user.Named(arguments)).Distinct().ToArray();
        if (sources.Length > 0
            && All.FirstOrDefault(reading => IsSaid(arguments, reading.Option) && !reading.UsedBy.Intersect(sources).Any()) is { } unheard)
            throw new Failure(ExitCode.Usage,
                $"{unheard.Option.Name} says nothing to {string.Join(" or ", sources.Select(InWords))}; it is for "
                + $"{string.Join(", ", unheard.UsedBy.Select(InWords))}.");
    }

    /// <summary>The first of these options that was said; null where none was.</summary>
    public Option? Said(ParseResult arguments) => All.Select(reading => reading.Option).FirstOrDefault(option => IsSaid(arguments, option));

    /// <summary>What one command found out is nothing to the next one that is told in the same process.</summary>
    private void Begin(ParseResult arguments)
    {
        if (ReferenceEquals(_reading, arguments))
            return;
        (_reading, _inferred, _followed, _cardHolds, Card) = (arguments, null, null, null, null);
        _tables.Begin();
    }

    public static bool IsSaid(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    public static string InWords(PointSource source) => source switch
    {
        PointSource.Idx => "IDX files",
        PointSource.Shard => "shards",
        PointSource.Pictures => "folders of pictures",
        PointSource.Csv => "tables in CSV",
        PointSource.Parquet => "tables in Parquet",
        PointSource.JsonLines => "lines of features",
        PointSource.Texts => "lines of text",
        PointSource.Croissant => "Croissant cards",
        _ => "NPY files",
    };

    private static (int, int) Size(string text) => text.Split('x') is [var width, var height]
        ? (Parsing.Whole(width, 2, PngImage.MaxSide), Parsing.Whole(height, 2, PngImage.MaxSide))
        : throw new FormatException($"'{text}' is no size such as 28x28");
}
