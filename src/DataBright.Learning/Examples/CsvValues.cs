using System.Globalization;

namespace DataBright.Learning.Examples;

/// <summary>The values of one column while a table is read: numbers, or the numbers of categories in the order they turned up in.</summary>
internal sealed class CsvValues(string name, CsvColumn? known, bool isCategory, CsvOptions options)
{
    private const int MaxCategories = 1024;
    private const NumberStyles Plain = NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite;
    private static readonly string[] Absent = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"];
    private static readonly NumberFormatInfo Comma = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "" };
    private readonly List<float> _values = [];
    private readonly Dictionary<string, int> _categories = known?.Categories?.Select((category, i) => (category, i))
        .ToDictionary(pair => pair.category, pair => pair.i, StringComparer.Ordinal) ?? new(StringComparer.Ordinal);

    /// <summary>Numbers that stand in for missing ones.</summary>
    public int PutIn { get; private set; }

    /// <summary>Whether a person takes a field for a number, be it too large for 32 bits or with spaces around it.</summary>
    public static bool IsNumber(string field, bool hasDecimalComma) =>
        float.TryParse(field, NumberStyles.Float, hasDecimalComma ? Comma : CultureInfo.InvariantCulture, out _)
        || field.Trim().TrimStart('+', '-') is "inf" or "Inf";

    /// <summary>Whether programs write a field where a number is missing.</summary>
    public static bool StandsForNone(string field) => Absent.Contains(field);

    /// <summary>Whether a field has no number where one is expected.</summary>
    public bool IsMissing(string field) => !isCategory && StandsForNone(field);

    public void Add(string field, CsvRecords records)
    {
        if (isCategory) _values.Add(Category(field, records));
        else if (field is [>= '0' and <= '9']) _values.Add(field[0] - '0');
        else if (IsMissing(field)) _values.Add(Instead(field, records));
        else if (TryParse(field, options.HasDecimalComma, out var number)) _values.Add(number);
        else throw records.Malformed($"column '{name}': '{Excerpt.Of(field)}' is not a number that 32 bits can hold{Advice(field)}");
    }

    public CsvColumn Finish()
    {
        if (known is not null) return known;
        if (isCategory) return new CsvColumn(name, [.. _categories.Keys.Order(StringComparer.Ordinal)]);
        if (!options.Standardise) return new CsvColumn(name, null);
        var mean = _values.Sum(value => (double)value) / _values.Count;
        var variance = _values.Sum(value => (value - mean) * (value - mean)) / _values.Count;
        // A column that never changes becomes zeros.
        return new CsvColumn(name, null, mean, variance > 0 ? Math.Sqrt(variance) : 1);
    }

    public void Write(Span<float> target, int pitch, CsvColumn facts)
    {
        var places = facts.Categories is null ? [] : facts.Categories.Select((category, place) => (category, place))
            .ToDictionary(pair => _categories[pair.category], pair => pair.place);
        for (var row = 0; row < _values.Count; row++)
        {
            if (facts.Categories is null) target[row * pitch] = facts is { Mean: 0, Deviation: 1 }
                ? _values[row] : (float)((_values[row] - facts.Mean) / facts.Deviation);
            else target[row * pitch + places[(int)_values[row]]] = 1f;
        }
    }

    private static bool TryParse(string field, bool hasDecimalComma, out float number) =>
        float.TryParse(field, Plain, hasDecimalComma ? Comma : CultureInfo.InvariantCulture, out number) && float.IsFinite(number);

    private float Instead(string field, CsvRecords records)
    {
        if (options.Missing?.Instead is not { } number)
            throw records.Malformed(
                $"column '{name}': '{Excerpt.Of(field)}' is not a number that 32 bits can hold; say with --missing what becomes of missing "
                + "numbers");
        PutIn++;
        return number;
    }

    private string Advice(string field)
    {
        if (TryParse(field.Trim(), !options.HasDecimalComma, out _) && field.Contains(options.HasDecimalComma ? '.' : ','))
            return options.HasDecimalComma ? "; with --decimal-comma the comma stands before the decimals"
                : "; where a comma stands before the decimals, say --decimal-comma";
        return field.Any(char.IsLetter) && !IsNumber(field, options.HasDecimalComma)
            ? "; a column of texts is named with --categories, or left out with --ignore-column"
            : "";
    }

    private int Category(string field, CsvRecords records)
    {
        if (_categories.TryGetValue(field, out var number)) return number;
        if (known is not null) throw records.Malformed($"column '{name}': category '{Excerpt.Of(field)}' is not known");
        if (_categories.Count == MaxCategories) throw records.Malformed($"column '{name}': more than {MaxCategories} categories");
        return _categories[field] = _categories.Count;
    }
}
