using System.Globalization;
using DataBright.Learning.Examples;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>Whether points on offer mean what the dataset's do. What differs is refused with both sides, before anything is sent.</summary>
internal static class SchemaCheck
{
    /// <exception cref="Failure">The classes that were said are others, or stand in another order.</exception>
    public static void RequireClasses(IReadOnlyList<string>? classes, PointClasses? said)
    {
        if (classes is not null && said?.Names is { } names && !names.SequenceEqual(classes, StringComparer.Ordinal))
            throw new Failure(
                ExitCode.BadInput,
                $"The dataset's classes are {Listed(classes)}; --classes says {Listed(names)}, and labels would mean other classes. "
                + "Leave --classes away: the dataset's are taken.");
    }

    /// <exception cref="Failure">The columns that were kept in a file are not the dataset's.</exception>
    public static void RequireColumns(IReadOnlyList<SchemaColumn> columns, IReadOnlyList<CsvColumn> said, string file)
    {
        foreach (var (ours, theirs) in columns.Zip(said).Where(pair => !IsSame(pair.First, pair.Second)))
            throw new Failure(
                ExitCode.BadInput,
                $"The dataset's column {InWords(Of(ours))} is {InWords(theirs)} in {file}. Leave --columns away: the dataset's own are "
                + "followed.");
        if (columns.Count != said.Count)
            throw new Failure(
                ExitCode.BadInput,
                $"The dataset has the columns {Listed([.. columns.Select(column => column.Name)])}; {file} has "
                + $"{Listed([.. said.Select(column => column.Name)])}.");
    }

    /// <exception cref="Failure">A column is said to be measured in something else.</exception>
    public static void RequireUnits(IReadOnlyList<SchemaColumn> columns, IReadOnlyDictionary<string, string> units)
    {
        foreach (var (name, unit) in units)
            if (columns.FirstOrDefault(column => column.Name == name) is not { } column)
                throw new Failure(
                    ExitCode.BadInput,
                    $"--unit: the dataset has no column '{name}'; it has {Listed([.. columns.Select(one => one.Name)])}.");
            else if (column.Unit != unit)
                throw new Failure(
                    ExitCode.BadInput,
                    $"The dataset's column {name} is in {column.Unit ?? "a unit that nobody said"}; --unit says {unit}. Convert the "
                    + "numbers first.");
    }

    /// <summary>Whether values lie where the dataset's do.</summary>
    /// <exception cref="Failure">They have another scale.</exception>
    public static void RequireScale(DatasetSchema dataset, Shard offered)
    {
        if (SchemaFit.Mismatch(dataset, offered) is { } mismatch)
            throw new Failure(ExitCode.Refused, $"{mismatch} Bring them to that scale, or say --anyway.");
    }

    public static CsvColumn Of(SchemaColumn column) => new(column.Name, column.Categories, column.Mean, column.Deviation);

    public static string Listed(IReadOnlyList<string> names) => names.Count <= 20
        ? string.Join(", ", names) : $"{string.Join(", ", names.Take(20))} and {names.Count - 20} more";

    private static bool IsSame(SchemaColumn ours, CsvColumn theirs) =>
        ours.Name == theirs.Name && ours.Mean == theirs.Mean && ours.Deviation == theirs.Deviation
        && (ours.Categories ?? []).SequenceEqual(theirs.Categories ?? [], StringComparer.Ordinal);

    private static string InWords(CsvColumn column) => column.Categories is { } categories
        ? $"{column.Name} with the categories {Listed(categories)}"
        : column is { Mean: 0, Deviation: 1 }
            ? $"{column.Name} as it is"
            : string.Create(CultureInfo.InvariantCulture, $"{column.Name} with mean {column.Mean:G6} and deviation {column.Deviation:G6}");
}
