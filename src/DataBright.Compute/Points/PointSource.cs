namespace DataBright.Compute.Points;

/// <summary>Kinds of files that points are read from.</summary>
public enum PointSource
{
    Idx,
    Shard,
    Pictures,
    Csv,
    Parquet,
    JsonLines,
    Texts,
    Npy,
    Croissant,
}
