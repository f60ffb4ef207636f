using DataBright.Learning.Archives;
using DataBright.Learning.Examples;
using DataBright.Learning.Files;
using DataBright.Learning.Shapes;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>
/// Reads one file of points that a stranger brought: a table, an archive of pictures, lines of features or of text, or a shard. What kind
/// it is follows from its first bytes and its name. Each is read by the reader that the command line has for it, so the same file has the
/// same root.
/// </summary>
/// <param name="form">How the file is to be understood.</param>
/// <param name="stop">Cancels between rows, lines, pictures and points.</param>
/// <param name="limits">How much a file may hold; <see cref="Limits"/> where nobody says.</param>
public sealed class PointReader(PointFileForm form, CancellationToken stop, ExampleLimits? limits = null)
{
    /// <summary>Values that all points together may have, a quarter of a gigabyte, and how many points there may be.</summary>
    public static readonly ExampleLimits Limits = new() { MaxValues = 1 << 26, MaxExamples = 1 << 20 };

    /// <summary>The seed of the order that points are brought into, unless somebody says another.</summary>
    public const ulong OrderSeed = 1;

    private const int UsualTextBytes = 64;

    private const int MaxChannels = 4;

    private static readonly ArchiveLimits ArchiveLimits = new() { Entries = 50_000, TotalBytes = 1L << 30, EntryBytes = PngImage.MaxBytes,
        DirectoryBytes = 16 << 20 };

    private readonly ExampleLimits _limits = (limits ?? Limits) with { Stop = stop };
    private readonly List<string> _notes = [];

    /// <summary>Reads points on offer to a dataset.</summary>
    /// <param name="path">The file; errors call it by its name.</param>
    /// <param name="points">The form of the dataset's points.</param>
    /// <param name="meaning">What they mean; null where nobody said.</param>
    /// <exception cref="MalformedInputException">The file is not what it should be; the message says where and what to do.</exception>
    /// <exception cref="UnfitPointsException">Its points are not those of the dataset.</exception>
    public async Task<PointsRead> ReadForAsync(string path, DataSchema points, DatasetSchema? meaning)
    {
        var read = await ReadAsync(path,
            meaning?.Classes is { } names ? new PointClasses(names, names.Count) : new PointClasses(null, points.Classes), meaning, points);
        return read.Shard.Schema.Equals(points) ? read
            : throw new UnfitPointsException($"These points are {read.Shard.Schema}; the dataset takes {points}", UnfitPoints.Other,
                "bring them to that form");
    }

    /// <summary>Reads the first points of a dataset: they say which classes and columns there are.</summary>
    /// <param name="path">The file; errors call it by its name.</param>
    /// <param name="classes">The classes; null where the file's own are taken.</param>
    /// <inheritdoc cref="ReadForAsync"/>
    public Task<PointsRead> ReadFoundingAsync(string path, PointClasses? classes) => ReadAsync(path, classes, null, null);

    private async Task<PointsRead> ReadAsync(string path, PointClasses? classes, DatasetSchema? meaning, DataSchema? points)
    {
        var head = Head(path);
        var source = SourceOf(path, head, meaning);
        var read = source switch
        {
            PointSource.Shard => new PointsRead(await ShardAsync(path), source, classes, null, _notes),
            PointSource.Pictures => Pictures(path, classes, points),
            PointSource.JsonLines => Lines(JsonLinesFile.ReadFeatures(path, classes?.Names, _limits), source, classes),
            PointSource.Texts => Texts(path, classes, meaning),
            _ => Table(path, classes, meaning),
        };
        return source == PointSource.Shard ? read : read with { Shard = PointOrder.Of(read.Shard, OrderSeed, stop) };
    }

    private static PointSource SourceOf(string path, byte[] head, DatasetSchema? meaning)
    {
        var ending = Path.GetExtension(path).ToLowerInvariant();
        if (head.AsSpan().StartsWith("DBSH"u8)) return PointSource.Shard;
        if (head.AsSpan().StartsWith("PK"u8) || ending == ".tar") return PointSource.Pictures;
        if (head.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            throw new MalformedInputException(path, "packed with gzip; choose the file as it is, or a zip of pictures");
        if (FileKind.Describe(head) is { } other)
            throw new MalformedInputException(path, $"{other}; a table in CSV, a zip of pictures, lines of JSON or a shard is expected");
        if (ending is not (".jsonl" or ".ndjson" or ".json")) return PointSource.Csv;
        return meaning?.Text is not null || meaning is null && SaysText(path) ? PointSource.Texts : PointSource.JsonLines;
    }

    /// <summary>Whether the first line of a file in JSON Lines has a text.</summary>
    private static bool SaysText(string path) =>
        File.ReadLines(path).FirstOrDefault(line => line.Trim().Length > 0)?.Contains("\"text\"", StringComparison.Ordinal) == true;

    private PointsRead Table(string path, PointClasses? classes, DatasetSchema? meaning)
    {
        using var file = File.OpenRead(path);
        var table = CsvFile.Parse(file, path, new CsvOptions
        {
            Label = form.Label,
            Ignore = form.Ignore,
            Categories = [.. (meaning?.Columns ?? []).Where(column => column.Categories is not null).Select(column => column.Name)],
            Classes = classes?.Names,
            Columns = meaning?.Columns is { } columns ? [.. columns.Select(Of)] : null,
            Separator = form.Separator,
            HasDecimalComma = form.HasDecimalComma,
            HasHeader = form.HasHeader,
            Missing = form.Missing,
            Limits = _limits,
        });
        if (table.RowsLeftOut > 0) _notes.Add($"{table.RowsLeftOut} rows are left out, because a number is missing in them.");
        if (table.NumbersPutIn > 0) _notes.Add($"{table.NumbersPutIn} numbers are missing, and another stands in for each.");
        classes ??= Named(table.Classes);
        return new PointsRead(PointFiles.OfTable(table, classes), PointSource.Csv, classes, table.Columns, _notes);
    }

    private PointsRead Texts(string path, PointClasses? classes, DatasetSchema? meaning)
    {
        var bytes = meaning?.Text?.Bytes ?? UsualTextBytes;
        var read = JsonLinesFile.ReadText(path, bytes, classes?.Names, _limits);
        if (read.TextsCut > 0)
            _notes.Add($"{read.TextsCut} of {read.Examples.Count} texts are longer than {bytes} bytes, and were cut there.");
        return Lines(read, PointSource.Texts, classes);
    }

    private PointsRead Lines(LabelledExamples read, PointSource source, PointClasses? classes)
    {
        classes ??= Named(read.Classes);
        return new PointsRead(PointFiles.OfLines(read, classes), source, classes, null, _notes);
    }

    private PointsRead Pictures(string path, PointClasses? classes, DataSchema? points)
    {
        var read = points?.Shape is [var channels, > 1 and var height, > 1 and var width]
            ? Fitting(path, channels, height, width) : PictureFolder.Read(path, Options(null, false), stop);
        classes ??= Named(read.Classes);
        return new PointsRead(PointFiles.OfPictures(read, classes), PointSource.Pictures, classes, null, _notes);
    }

    /// <summary>Pictures that have the dataset's form are taken as they are; others are brought to it where that is wanted.</summary>
    private LabelledExamples Fitting(string path, int channels, int height, int width)
    {
        try
        {
            var read = PictureFolder.Read(path, Options(null, false), stop);
            if (!form.FitsPictures || read.Examples.Shape == new ExampleShape(channels, height, width)) return read;
        }
        catch (MalformedInputException) when (form.FitsPictures)
        {
            // They are of several forms, or one is damaged: that one is told about below.
        }
        var fitted = PictureFolder.Read(path, Options((width, height), channels == 1), stop);
        _notes.Add($"Pictures were brought to {width} × {height} pixels{(channels == 1 ? " and grey" : "")}.");
        return fitted;
    }

    /// <summary>A picture is decoded only where its values would fit in, whatever channels it has.</summary>
    private PictureOptions Options((int, int)? size, bool isGrey) => new()
    {
        Decode = (content, place) => PngImage.Parse(content, place, _limits.MaxValues / MaxChannels),
        Size = size,
        IsGrey = isGrey,
        MaxValues = _limits.MaxValues,
        Archive = ArchiveLimits,
    };

    private async Task<Shard> ShardAsync(string path)
    {
        await using var file = File.OpenRead(path);
        try
        {
            var head = await ShardFile.ReadHeadAsync(file, stop);
            if (head.Count > _limits.MaxExamples) throw new MalformedInputException(path, $"more than {_limits.MaxExamples} points");
            if ((long)head.Count * head.Schema.Features > _limits.MaxValues)
                throw new MalformedInputException(path, $"more than {_limits.MaxValues} values");
            file.Position = 0;
            return await ShardFile.ReadAsync(file, 4L * _limits.MaxValues, stop);
        }
        catch (FormatException damaged)
        {
            throw new MalformedInputException(path, damaged.Message.TrimEnd('.'), damaged);
        }
    }

    /// <summary>Names found in a file, in the order of the alphabet; null where they are numbers.</summary>
    private static PointClasses? Named(IReadOnlyList<string> names) =>
        names.Count < 2 || names.All(name => PointClasses.NumberOf(name) >= 0) ? null : new PointClasses(names, names.Count);

    private static CsvColumn Of(SchemaColumn column) => new(column.Name, column.Categories, column.Mean, column.Deviation);

    private static byte[] Head(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[FileKind.HeadLength];
        return head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }
}
