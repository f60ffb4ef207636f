using DataBright.Learning.Examples;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>Points as they were read from a file.</summary>
/// <param name="Shard">In the order in which they are offered.</param>
/// <param name="Source">What kind of file it was.</param>
/// <param name="Classes">What labels mean; null where they are numbers.</param>
/// <param name="Columns">The columns of a table; null where there was none.</param>
/// <param name="Notes">What was changed on the way, in sentences.</param>
public sealed record PointsRead(Shard Shard, PointSource Source, PointClasses? Classes, IReadOnlyList<CsvColumn>? Columns,
    IReadOnlyList<string> Notes)
{
    /// <summary>What they mean, for a dataset that is founded by them.</summary>
    public PointMeaning Meaning => new(Source, Classes, Columns, new Dictionary<string, string>());
}
