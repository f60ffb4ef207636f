using System.Globalization;

namespace DataBright.Learning.Examples;

/// <summary>How a CSV file is to be understood.</summary>
public sealed record CsvOptions
{
    /// <summary>The column of the labels; the last one when null.</summary>
    public string? Label { get; init; }

    /// <summary>Columns whose texts stand for categories; each becomes as many values as it has categories, of which one is 1. All others must be numbers.</summary>
    public IReadOnlyCollection<string> Categories { get; init; } = [];

    /// <summary>Columns that are left out, for example names and dates.</summary>
    public IReadOnlyCollection<string> Ignore { get; init; } = [];

    /// <summary>The classes to expect, in the order of their labels; any other label is an error. Found out when null.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Numbers are brought to mean 0 and deviation 1.</summary>
    public bool Standardise { get; init; }

    /// <summary>The scales of another file, to standardise as it was; for a test set those of the training set.</summary>
    public IReadOnlyList<CsvColumn>? Columns { get; init; }

    /// <summary>What stands between fields.</summary>
    public char Separator { get; init; } = ',';
}

/// <summary>A column of features, and what was done to it: all that is needed to treat another file the same way.</summary>
/// <param name="Name">As in the header.</param>
/// <param name="Categories">The categories in ordinal order; null for numbers.</param>
/// <param name="Mean">Subtracted from numbers; 0 unless standardised.</param>
/// <param name="Deviation">Numbers are then divided by it; 1 unless standardised.</param>
public sealed record CsvColumn(string Name, IReadOnlyList<string>? Categories, double Mean = 0, double Deviation = 1);

/// <summary>A table, as examples.</summary>
/// <param name="Examples">Flat examples: for each column its number, or its categories.</param>
/// <param name="Classes">The name of each class; label i is the i-th.</param>
/// <param name="Columns">The columns of features in the order of the file.</param>
public sealed record CsvTable(ExampleSet Examples, IReadOnlyList<string> Classes, IReadOnlyList<CsvColumn> Columns);

/// <summary>
/// Reads tables from CSV (RFC 4180, UTF-8, with a header). Numbers are written as in JSON or Python; an empty field, NaN or an infinity is an error
/// that names file and line, because a guess would become part of a model.
/// </summary>
public static class CsvFile
{
    private const int MaxCategories = 1024;

    /// <summary>Reads a file; one ending in .gz is unpacked.</summary>
    /// <exception cref="MalformedInputException">The file is missing or not what it should be; the message names file and line.</exception>
    public static CsvTable Read(string path, CsvOptions? options = null) => InputFile.Read(path, stream => Parse(stream, path, options));

    /// <summary>Reads a stream; <paramref name="document"/> serves the error messages.</summary>
    /// <exception cref="MalformedInputException">The content is not what it should be.</exception>
    public static CsvTable Parse(Stream content, string document, CsvOptions? options = null)
    {
        options ??= new CsvOptions();
        using var text = InputFile.Utf8(content);
        var records = new CsvRecords(text, document, options.Separator);
        var fields = new List<string>();
        if (!records.Read(fields)) throw new MalformedInputException(document, "the file is empty; a header is expected");
        if (fields[0].StartsWith('\uFEFF')) fields[0] = fields[0][1..];
        string[] header = [.. fields];
        var label = Label(header, options, records);
        int[] used = [.. Enumerable.Range(0, header.Length).Where(i => i != label && !options.Ignore.Contains(header[i]))];
        var columns = Columns([.. used.Select(i => header[i])], options, records);
        var classes = new ClassNames(document, options.Classes);
        var values = 0L;
        while (records.Read(fields))
        {
            if (fields.Count != header.Length) throw records.Malformed($"{fields.Count} fields, the header has {header.Length}");
            if ((values += columns.Length) > InputFile.MaxValues) throw records.Malformed($"more than {InputFile.MaxValues} values");
            classes.Add(fields[label], $"line {records.Line}, column '{header[label]}'");
            for (var c = 0; c < used.Length; c++) columns[c].Add(fields[used[c]], records);
        }

        if (classes.Count == 0) throw new MalformedInputException(document, "there is no row after the header");
        return Table(columns, classes, options.Standardise, document);
    }

    private static CsvTable Table(Column[] columns, ClassNames classes, bool standardise, string document)
    {
        var facts = columns.Select(column => column.Finish(standardise)).ToArray();
        var width = facts.Sum(fact => fact.Categories?.Count ?? 1);
        var (labels, names) = classes.Finish();
        if ((long)width * labels.Length > InputFile.MaxValues) throw new MalformedInputException(document, $"{labels.Length} rows of {width} values are more than {InputFile.MaxValues} values");
        var features = new float[width * labels.Length];
        for (int c = 0, offset = 0; c < columns.Length; offset += facts[c].Categories?.Count ?? 1, c++)
            columns[c].Write(features.AsSpan(offset), width, facts[c]);
        return new CsvTable(new ExampleSet(new Networks.ExampleShape(width, 1, 1), features, labels), names, facts);
    }

    private static int Label(string[] header, CsvOptions options, CsvRecords records)
    {
        if (header.Length < 2) throw records.Malformed("a header of one column; features and a label are expected");
        if (header.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1 || group.Key.Length == 0) is { } twice)
            throw records.Malformed(twice.Key.Length == 0 ? "a column without a name" : $"column '{ClassNames.Shown(twice.Key)}' is there twice");
        if (options.Categories.Concat(options.Ignore).FirstOrDefault(name => !header.Contains(name)) is { } missing) throw records.Malformed($"there is no column '{missing}'");
        if (options.Label is null) return header.Length - 1;
        var label = Array.IndexOf(header, options.Label);
        return label >= 0 ? label : throw records.Malformed($"there is no column '{options.Label}'");
    }

    private static Column[] Columns(string[] names, CsvOptions options, CsvRecords records)
    {
        if (names.Length == 0) throw records.Malformed("every column but the label is left out");
        if (options.Columns is { } known && !known.Select(column => column.Name).SequenceEqual(names, StringComparer.Ordinal))
            throw records.Malformed($"the columns are not those expected: {string.Join(", ", known.Select(column => column.Name))}");
        return [.. names.Select((name, i) => new Column(name, options.Columns?[i], options.Columns is { } given ? given[i].Categories is not null : options.Categories.Contains(name)))];
    }

    /// <summary>The values of one column while the file is read: numbers, or the numbers of categories in the order they turned up in.</summary>
    private sealed class Column(string name, CsvColumn? known, bool isCategory)
    {
        private readonly List<float> _values = [];
        private readonly Dictionary<string, int> _categories = known?.Categories?.Select((category, i) => (category, i)).ToDictionary(pair => pair.category, pair => pair.i, StringComparer.Ordinal) ?? new(StringComparer.Ordinal);

        public void Add(string field, CsvRecords records)
        {
            if (isCategory) _values.Add(Category(field, records));
            else if (field is [>= '0' and <= '9']) _values.Add(field[0] - '0');
            else if (float.TryParse(field, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)) _values.Add(number);
            else throw records.Malformed($"column '{name}': '{ClassNames.Shown(field)}' is not a number that 32 bits can hold");
        }

        public CsvColumn Finish(bool standardise)
        {
            if (known is not null) return known;
            if (isCategory) return new CsvColumn(name, [.. _categories.Keys.Order(StringComparer.Ordinal)]);
            if (!standardise) return new CsvColumn(name, null);
            var mean = _values.Sum(value => (double)value) / _values.Count;
            var variance = _values.Sum(value => (value - mean) * (value - mean)) / _values.Count;
            // A column that never changes becomes zeros.
            return new CsvColumn(name, null, mean, variance > 0 ? Math.Sqrt(variance) : 1);
        }

        public void Write(Span<float> target, int pitch, CsvColumn facts)
        {
            var places = facts.Categories is null ? [] : facts.Categories.Select((category, place) => (category, place)).ToDictionary(pair => _categories[pair.category], pair => pair.place);
            for (var row = 0; row < _values.Count; row++)
            {
                if (facts.Categories is null) target[row * pitch] = facts is { Mean: 0, Deviation: 1 } ? _values[row] : (float)((_values[row] - facts.Mean) / facts.Deviation);
                else target[row * pitch + places[(int)_values[row]]] = 1f;
            }
        }

        private int Category(string field, CsvRecords records)
        {
            if (_categories.TryGetValue(field, out var number)) return number;
            if (known is not null) throw records.Malformed($"column '{name}': category '{ClassNames.Shown(field)}' is not known");
            if (_categories.Count == MaxCategories) throw records.Malformed($"column '{name}': more than {MaxCategories} categories");
            return _categories[field] = _categories.Count;
        }
    }
}
