using System.Text.Json.Serialization;

namespace DataBright.Market.Datasets;

/// <summary>What a column of a table holds.</summary>
public enum ColumnType
{
    /// <summary>A value each.</summary>
    Number,

    /// <summary>Texts, each of which is a category: as many values as there are categories, one of them 1.</summary>
    Category,
}

/// <summary>A column of a table, and what was done to it.</summary>
/// <param name="Name">As in the header.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Unit">What its numbers are measured in, such as cm; null where nobody said.</param>
/// <param name="Mean">Subtracted from numbers; 0 unless standardised.</param>
/// <param name="Deviation">Numbers are then divided by it; 1 unless standardised.</param>
/// <param name="Categories">The categories in the order of their values; null for numbers.</param>
/// <param name="Least">The least value of the points that founded the dataset, as it is in the table; null for categories.</param>
/// <param name="Most">The most.</param>
public sealed record SchemaColumn(
    string Name, ColumnType Type, string? Unit, double Mean, double Deviation, IReadOnlyList<string>? Categories, double? Least,
    double? Most)
{
    /// <summary>Values of a point that come from it.</summary>
    [JsonIgnore]
    public int Width => Categories?.Count ?? 1;

    /// <summary>Such as <c>height (cm)</c>.</summary>
    [JsonIgnore]
    public string InWords => Unit is null ? Name : $"{Name} ({Unit})";

    internal void Require()
    {
        if (!double.IsFinite(Mean) || !double.IsFinite(Deviation) || Deviation <= 0)
            throw new FormatException($"The column '{Name}' is standardised by numbers that are none.");
        if (Type == ColumnType.Category != Categories is { Count: > 0 })
            throw new FormatException($"The column '{Name}' has categories, or is of numbers.");
        if (Least is { } least && !double.IsFinite(least) || Most is { } most && !double.IsFinite(most))
            throw new FormatException($"The column '{Name}' has an end that is no number.");
        if (Unit is not null) DatasetSchema.RequireNames([Unit], "unit");
        foreach (var category in Categories ?? [])
            if (category is null) throw new FormatException($"A category of the column '{Name}' is null.");
        if (Categories is { } categories && categories.Distinct(StringComparer.Ordinal).Count() < categories.Count)
            throw new FormatException($"The column '{Name}' has a category twice.");
    }
}
