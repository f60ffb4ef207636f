using DataBright.Learning.Examples;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;

namespace DataBright.Cli.Tests.Datasets;

/// <summary>A table may have more columns than names can be kept of.</summary>
public sealed class PointMeaningTests
{
    [Fact]
    public void Of_a_wide_table_ranges_are_left_out_first_and_then_columns_that_are_as_they_are()
    {
        Of(100).Columns.ShouldNotBeNull().ShouldAllBe(column => column.Least != null);
        var wide = Of(2_000).Columns.ShouldNotBeNull();
        wide.Count.ShouldBe(2_000);
        wide.ShouldAllBe(column => column.Least == null);
        Of(5_000).Columns.ShouldBeNull();
        Of(5_000).ToJson().Length.ShouldBeLessThan(DatasetSchema.MaxBytes);
    }

    /// <summary>Without its columns nobody could do to later points what was done to these.</summary>
    [Fact]
    public void Columns_that_were_standardised_are_never_left_out() =>
        Should.Throw<UnfitPointsException>(() => Of(5_000, mean: 3)).Message.ShouldContain("cannot be kept");

    private static DatasetSchema Of(int columns, double mean = 0)
    {
        var values = new byte[4 * columns];
        for (var i = 0; i < columns; i++) BitConverter.TryWriteBytes(values.AsSpan(4 * i), 0.1f + i / 7f);
        var shard = new Shard(new DataSchema(ElementType.Float32, [columns], 2), values, [1]);
        return new PointMeaning(PointSource.Csv, null,
            [.. Enumerable.Range(0, columns).Select(i => new CsvColumn($"feature number {i}", null, mean))],
            new Dictionary<string, string>()).Of(shard);
    }
}
