namespace DataBright.Learning.Archives;

/// <summary>What an archive may ask for before it is refused: a few bytes can announce, and unpack to, more than any machine has.</summary>
public sealed record ArchiveLimits
{
    /// <summary>What is allowed unless something else is said.</summary>
    public static readonly ArchiveLimits Usual = new();

    /// <summary>Files and folders in an archive.</summary>
    public int Entries { get; init; } = 1_000_000;

    /// <summary>Bytes that all files unpack to.</summary>
    public long TotalBytes { get; init; } = 64L << 30;

    /// <summary>Bytes that one file unpacks to.</summary>
    public long EntryBytes { get; init; } = 4L << 30;

    /// <summary>
    /// Bytes that one byte unpacks to, on the average of a file or of what gzip packed, once it is longer than <see cref="RatioFrom"/>.
    /// </summary>
    public int Ratio { get; init; } = 200;

    /// <summary>Shorter files may be packed as tightly as they can be: a picture of one colour is.</summary>
    public long RatioFrom { get; init; } = 64L << 20;

    /// <summary>Bytes of the directory at the end of a zip, which is held in memory.</summary>
    public int DirectoryBytes { get; init; } = 256 << 20;

    /// <summary>Characters of a file's path.</summary>
    public int PathLength { get; init; } = 1024;
}
