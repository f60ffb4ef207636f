using System.CommandLine;
using System.Globalization;
using DataBright.Learning.Examples;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>How tables are to be understood, as <see cref="CsvOptions"/> has it.</summary>
internal sealed class TableOptions(PointUse use)
{
    private readonly Option<string?> _label =
        new("--label-column") { Description = "The column of a table in which the labels are (default: the last)", HelpName = "NAME" };
    private readonly Option<string[]> _ignore =
        new("--ignore-column") { Description = "A column of a table to leave out; #1 is the first where it has no name; may be repeated",
            HelpName = "NAME" };
    private readonly Option<string[]> _categories =
        new("--categories") { Description =
            "A column of a table whose texts stand for categories, each of which becomes a value of 0 or 1; may be repeated, and needs "
            + "--columns", HelpName = "NAME" };
    private readonly Option<char?> _separator =
        new("--separator") { Description = "What stands between the fields of a table (default: a comma)", HelpName = "SIGN|tab",
            CustomParser = Parsing.By<char?>(text => Sign(text)) };
    private readonly Option<bool> _decimalComma =
        new("--decimal-comma") { Description = "Numbers of a table have a comma before their decimals" };
    private readonly Option<bool> _noHeader =
        new("--no-header") { Description = "The first line of a table is a point; its columns are called 0, 1, 2 …" };
    private readonly Option<MissingNumbers?> _missing =
        new("--missing") { Description =
            "What becomes of numbers that a table lacks: the row is left out, or a number is put in (default: refused)",
            HelpName = "leave-out|NUMBER", CustomParser = Parsing.By<MissingNumbers?>(Missing) };
    private readonly Option<bool> _standardise =
        new("--standardise") { Description = "Bring each column of numbers to mean 0 and deviation 1; needs --columns" };
    private readonly Option<string?> _columns = new("--columns")
    {
        Description = use == PointUse.Found
            ? "The file that keeps what was done to each column, so that all later points are treated alike: written if it is not there, "
                + "followed if it is"
            : "The file of 'dataset create' that says what was done to each column, and is done to these",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _unit = new(
        "--unit") { Description = "What a column of numbers is measured in, such as height=cm; may be repeated", HelpName = "COLUMN=UNIT" };

    private IReadOnlyList<CsvColumn>? _known;
    private string? _unkept;
    private IReadOnlyList<SchemaColumn>? _followed;

    public IEnumerable<ReadingOption> All =>
    [
        .. ((Option[])[_label, _ignore, _categories, _missing, _standardise, _columns, .. use == PointUse.Ask ? (Option[])[] : [_unit]])
            .Select(option => new ReadingOption(option, PointSource.Csv, PointSource.Parquet, PointSource.Croissant)),
        .. ((Option[])[_separator, _decimalComma, _noHeader]).Select(option => new ReadingOption(option, PointSource.Csv)),
    ];

    /// <summary>The columns of the table that was read first; null before.</summary>
    public IReadOnlyList<CsvColumn>? Columns { get; private set; }

    /// <summary>The column that was said to have the labels.</summary>
    public string? Label(ParseResult arguments) => arguments.GetValue(_label);

    /// <summary>The columns that are left out.</summary>
    public IReadOnlyList<string> Ignored(ParseResult arguments) => arguments.GetValue(_ignore) ?? [];

    /// <summary>The columns of categories, as far as they were said.</summary>
    public IReadOnlyList<string> Categories(ParseResult arguments) =>
        arguments.GetValue(_categories) is { Length: > 0 } said
            ? said : [.. (_known ?? []).Where(column => column.Categories is not null).Select(column => column.Name)];

    /// <summary>Options that say something to tables alone, and not to the pictures and texts of a card.</summary>
    public IEnumerable<Option> OfTablesAlone => [_categories, _missing, _standardise, _columns, _unit];

    private bool Founds => use == PointUse.Found;

    /// <summary>Forgets the tables of an earlier command.</summary>
    public void Begin() => (_known, _unkept, _followed, Columns) = (null, null, null, null);

    /// <summary>From here on tables are read as those of a dataset.</summary>
    /// <exception cref="Failure">The options say something else of a column.</exception>
    public void Follow(ParseResult arguments, IReadOnlyList<SchemaColumn> columns)
    {
        _followed = columns;
        SchemaCheck.RequireUnits(columns, Units(arguments));
        if (arguments.GetValue(_columns) is { } missing && !File.Exists(missing))
            throw new Failure(ExitCode.BadInput,
                $"{missing} does not exist; the dataset says what its columns are: leave {_columns.Name} out.");
        if ((arguments.GetValue(_categories) ?? [])
            .FirstOrDefault(name => !columns.Any(column => column.Name == name && column.Categories is not null)) is { } stranger)
            throw new Failure(ExitCode.BadInput, $"{_categories.Name}: '{stranger}' is no column of categories of the dataset.");
        if (arguments.GetValue(_columns) is { } file) SchemaCheck.RequireColumns(columns, ColumnsFile.Read(file), file);
        if (arguments.GetValue(_standardise) && columns.All(column => column is { Mean: 0, Deviation: 1 }))
            throw new Failure(ExitCode.BadInput, "--standardise: the dataset's numbers are as they are in its tables. Leave it away.");
        _known = [.. columns.Select(SchemaCheck.Of)];
    }

    /// <exception cref="Failure">A unit is said of no column.</exception>
    public IReadOnlyDictionary<string, string> Units(ParseResult arguments)
    {
        var units = new Dictionary<string, string>(StringComparer.Ordinal);
        if (use == PointUse.Ask) return units;
        foreach (var text in arguments.GetValue(_unit) ?? [])
            if (text.LastIndexOf('=') is var at && (at < 1 || at == text.Length - 1 || !units.TryAdd(text[..at], text[(at + 1)..])))
                throw new Failure(ExitCode.Usage, $"--unit: '{text}' does not say what one column is measured in, such as height=cm.");
        return units;
    }

    /// <summary>Reads a table; a second one of the same command is treated as the first was.</summary>
    /// <exception cref="Failure">Columns were to be changed, and nothing keeps how.</exception>
    public async Task<CsvTable> ReadAsync(ParseResult arguments, IReadOnlyList<string>? classes, Func<CsvOptions, Task<CsvTable>> read,
        Action<string> note)
    {
        var file = arguments.GetValue(_columns);
        if (_known is null && file is not null && File.Exists(file))
        {
            RequireAlone(arguments, file);
            _known = ColumnsFile.Read(file);
        }

        var isChanged = arguments.GetValue(_standardise) || arguments.GetValue(_categories) is { Length: > 0 };
        if (isChanged && _followed is null && (file is null || _known is null && !Founds))
            throw new Failure(ExitCode.Usage, Founds
                ? "--standardise and --categories do to these points what must be done to all later ones: name a file to keep it in with "
                    + "--columns."
                : $"--standardise and --categories must do to these points what was done to the dataset's: name with --columns the file "
                    + $"that 'dataset create' wrote{(file is null ? "" : $"; {file} does not exist")}.");
        var table = await read(new CsvOptions
        {
            Label = arguments.GetValue(_label),
            Ignore = arguments.GetValue(_ignore) ?? [],
            Categories = arguments.GetValue(_categories) ?? [],
            Classes = classes,
            Columns = _known,
            Standardise = arguments.GetValue(_standardise),
            Separator = arguments.GetValue(_separator) ?? (arguments.GetValue(_decimalComma) ? ';' : ','),
            HasDecimalComma = arguments.GetValue(_decimalComma),
            HasHeader = !arguments.GetValue(_noHeader),
            Missing = arguments.GetValue(_missing),
        });
        if (Units(arguments).Keys.FirstOrDefault(unit => !table.Columns.Any(column => column.Name == unit && column.Categories is null))
            is { } stranger)
            throw new Failure(ExitCode.BadInput,
                $"--unit: '{stranger}' is no column of numbers of the table, whose columns are "
                + $"{SchemaCheck.Listed([.. table.Columns.Select(column => column.Name)])}.");
        if (table.RowsLeftOut > 0) note($"{table.RowsLeftOut} rows are left out, because a number is missing in them.");
        if (table.NumbersPutIn > 0) note($"{table.NumbersPutIn} numbers are missing; --missing stands in for them.");
        if (file is not null && _known is null && Founds) _unkept = file;
        Columns ??= table.Columns;
        _known ??= table.Columns;
        return table;
    }

    /// <summary>
    /// Writes down what was done to the columns: when all has been checked, and before the dataset is made, which nobody could add to
    /// without it.
    /// </summary>
    /// <returns>The file that is new; null where none is.</returns>
    public string? Keep()
    {
        if (_unkept is not { } file || _known is not { } columns) return null;
        ColumnsFile.Write(file, columns);
        _unkept = null;
        return file;
    }

    /// <summary>What a file says about the columns is done to them, and nothing else.</summary>
    private void RequireAlone(ParseResult arguments, string file)
    {
        if (((Option[])[_standardise, _categories]).FirstOrDefault(option => PointReading.IsSaid(arguments, option)) is { } unheard)
            throw new Failure(ExitCode.Usage,
                $"{file} says what is done to each column, so {unheard.Name} says nothing: leave it out, or name a new file with "
                + $"{_columns.Name}.");
    }

    private static char Sign(string text) => text switch
    {
        "tab" or "\\t" => '\t',
        [var sign] when sign is not ('"' or '\r' or '\n' or '\0') && !char.IsLetterOrDigit(sign) => sign,
        _ => throw new FormatException($"'{text}' is no sign that stands between fields, such as ';' or tab"),
    };

    private static MissingNumbers Missing(string text) => text == "leave-out"
        ? new MissingNumbers(null)
        : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
            ? new MissingNumbers(number)
            : throw new FormatException($"'{text}' is neither leave-out nor a number to put in");
}
