using System.Globalization;
using DataBright.Market.Datasets;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Datasets;

/// <summary>What a dataset's points mean, in lines that fit a terminal.</summary>
internal static class SchemaScreen
{
    /// <summary>The classes by label; numbers where nobody named them.</summary>
    public static string Classes(DatasetSchema? schema, int count) => schema?.Classes is { } names
        ? SchemaCheck.Listed([.. names.Select((name, label) => $"{label} {TerminalWording.Of(name)}")])
        : count == 1 ? "0" : string.Create(CultureInfo.InvariantCulture, $"0 … {count - 1}");

    /// <summary>What is known of the values, beside the columns.</summary>
    public static (string What, object? Value)[] Of(DatasetSchema? schema, DataSchema? points) =>
    [
        ("Classes", points is null ? null : Classes(schema, points.Classes)),
        ("Pictures", schema?.Picture is { } picture
            ? $"{picture.Width} × {picture.Height} pixels, {(picture.Channels == 1 ? "grey" : $"{picture.Channels} channels")}" : null),
        ("Texts", schema?.Text is { } text ? $"the first {text.Bytes} bytes in UTF-8" : null),
        ("Values", schema is { Scale: not ValueScale.Any } ? SchemaFit.InWords(schema.Scale) : null),
    ];

    /// <summary>A line for each column; null where there are none.</summary>
    public static Table? Columns(DatasetSchema? schema)
    {
        if (schema?.Columns is not { } columns) return null;
        var table = Sheet.Of("Column", "Holds", "Unit", ">From", ">To", ">Mean", ">Deviation");
        foreach (var column in columns)
            table.Row(
                TerminalWording.Of(column.Name), column.Categories is { } categories ? SchemaCheck.Listed(categories) : "numbers",
                column.Unit,
                Number(column.Least), Number(column.Most), IsAsItWas(column) ? null : Number(column.Mean),
                IsAsItWas(column) ? null : Number(column.Deviation));
        return table;
    }

    private static bool IsAsItWas(SchemaColumn column) => column is { Mean: 0, Deviation: 1 };

    private static string? Number(double? number) => number?.ToString("G6", CultureInfo.InvariantCulture);
}
