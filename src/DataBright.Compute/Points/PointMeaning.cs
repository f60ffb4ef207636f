using DataBright.Learning.Examples;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>What points that were read mean, as far as their files and the options of the command say.</summary>
/// <param name="Source">Where they come from.</param>
/// <param name="Classes">What labels mean; null where nobody said.</param>
/// <param name="Columns">The columns of a table; null where there was none.</param>
/// <param name="Units">What columns are measured in, by their names.</param>
public sealed record PointMeaning(PointSource Source, PointClasses? Classes, IReadOnlyList<CsvColumn>? Columns,
    IReadOnlyDictionary<string, string> Units)
{
    /// <summary>The schema of a dataset that is founded by these points.</summary>
    /// <exception cref="UnfitPointsException">It cannot be kept.</exception>
    public DatasetSchema Of(Shard shard)
    {
        var schema = new DatasetSchema(
            DatasetSchema.CurrentFormat, shard.Schema.Hash, Classes?.Names, ColumnsOf(shard),
            Source == PointSource.Texts ? null : PictureOf(shard.Schema), Source == PointSource.Texts
                ? new SchemaText(shard.Schema.Features) : null, Columns is null ? SchemaFit.ScaleOf(shard) : ValueScale.Any);
        try
        {
            schema.Require();
            return Shortened(schema).FirstOrDefault(one => one.ToJson().Length <= DatasetSchema.MaxBytes)
                ?? throw new FormatException($"the names take more than {DatasetSchema.MaxBytes} bytes");
        }
        catch (FormatException odd)
        {
            throw new UnfitPointsException($"The names of classes and columns cannot be kept with the dataset: {odd.Message.TrimEnd('.')}");
        }
    }

    /// <summary>
    /// Tables of thousands of columns: ranges are left out first, then columns whose values are as they are in the table.
    /// </summary>
    private static IEnumerable<DatasetSchema> Shortened(DatasetSchema schema)
    {
        yield return schema;
        if (schema.Columns is not { } columns) yield break;
        yield return schema with { Columns = [.. columns.Select(column => column with { Least = null, Most = null })] };
        if (columns.All(column => column is { Unit: null, Categories: null, Mean: 0, Deviation: 1 }))
            yield return schema with { Columns = null };
    }

    private SchemaColumn[]? ColumnsOf(Shard shard)
    {
        var (ranges, at) = (SchemaFit.RangesOf(shard), 0);
        return Columns?.Select(column =>
        {
            var (range, isNumber) = (ranges[at], column.Categories is null);
            at += column.Categories?.Count ?? 1;
            return new SchemaColumn(
                column.Name, isNumber ? ColumnType.Number : ColumnType.Category, Units.GetValueOrDefault(column.Name),
                column.Mean, column.Deviation, column.Categories,
                isNumber ? range.Least * column.Deviation + column.Mean : null,
                isNumber ? range.Most * column.Deviation + column.Mean : null);
        }).ToArray();
    }

    private static SchemaPicture? PictureOf(DataSchema schema) =>
        schema.Shape is [var channels, > 1 and var height, > 1 and var width] ? new SchemaPicture(channels, height, width) : null;
}
