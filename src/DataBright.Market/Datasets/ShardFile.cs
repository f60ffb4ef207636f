using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DataBright.Market.Datasets;

/// <summary>A shard as a file: a short head, then the points one after the other, then nothing.</summary>
/// <remarks>
/// Version 1: <c>DBSH</c>, 1, element type, number of dimensions, 0, each dimension (u32), classes (u32), points (u32);
/// then for each point its label (u32) and its features. All integers are little-endian. One shard has exactly one file.
/// A reader never sets aside memory on the word of the head: it grows with what has really arrived.
/// </remarks>
public static class ShardFile
{
    public const int MaxPoints = 1 << 24;

    private const byte Version = 1;
    private const int FixedHead = 8;

    public static async Task WriteAsync(Shard shard, Stream target, CancellationToken stop)
    {
        var schema = shard.Schema;
        var head = new byte[FixedHead + 4 * schema.Shape.Count + 8];
        "DBSH"u8.CopyTo(head);
        head[4] = Version;
        head[5] = (byte)schema.Element;
        head[6] = (byte)schema.Shape.Count;
        int at = FixedHead;
        foreach (int number in (IEnumerable<int>)[.. schema.Shape, schema.Classes, shard.Count])
        {
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(at), number);
            at += 4;
        }
        await target.WriteAsync(head, stop);

        var record = new byte[4 + schema.FeatureBytes];
        for (int i = 0; i < shard.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(record, shard.Labels[i]);
            shard[i].Features.CopyTo(record.AsMemory(4));
            await target.WriteAsync(record, stop);
        }
    }

    public static byte[] ToBytes(Shard shard)
    {
        using var stream = new MemoryStream();
        // A memory stream finishes each write at once, so the task is complete when it is returned.
        WriteAsync(shard, stream, CancellationToken.None).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    /// <summary>Reads a whole shard into memory.</summary>
    /// <param name="source">The file, from its first byte.</param>
    /// <param name="maxBytes">How many bytes of features to accept.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="FormatException">The file is no shard, is cut off, has bytes left over, or is larger than allowed.</exception>
    public static async Task<Shard> ReadAsync(Stream source, long maxBytes, CancellationToken stop)
    {
        var head = await ReadHeadAsync(source, stop);
        long total = (long)head.Count * head.Schema.FeatureBytes;
        if (total > Math.Min(maxBytes, Array.MaxLength))
            throw new FormatException($"The shard has {total} bytes of features; at most {maxBytes} are accepted here.");

        using var features = new MemoryStream();
        var labels = new List<int>();
        await foreach (var point in PointsAsync(source, head, stop))
        {
            features.Write(point.Features.Span);
            labels.Add(point.Label);
        }
        return new Shard(head.Schema, features.ToArray(), labels);
    }

    /// <summary>Reads the head only; the points follow with <see cref="PointsAsync"/>.</summary>
    /// <exception cref="FormatException">The file is no shard, or one of another version.</exception>
    public static async Task<ShardHead> ReadHeadAsync(Stream source, CancellationToken stop)
    {
        var head = new byte[FixedHead];
        await FillAsync(source, head, "its head", stop);
        if (!head.AsSpan(0, 4).SequenceEqual("DBSH"u8)) throw new FormatException("The file is not a shard: it does not begin with DBSH.");
        if (head[4] != Version) throw new FormatException($"The shard is of version {head[4]}; this program reads version {Version}.");
        if (head[6] is 0 or > DataSchema.MaxDimensions || head[7] != 0)
            throw new FormatException($"The shard's head is malformed: {head[6]} dimensions, reserved byte {head[7]}.");

        var numbers = new byte[4 * head[6] + 8];
        await FillAsync(source, numbers, "its head", stop);
        int Number(int i) => BinaryPrimitives.ReadInt32LittleEndian(numbers.AsSpan(4 * i));
        int dimensions = head[6], count = Number(dimensions + 1);
        if (count is < 1 or > MaxPoints) throw new FormatException($"A shard has 1 to {MaxPoints} points, not {(uint)count}.");
        try
        {
            var shape = Enumerable.Range(0, dimensions).Select(Number).ToArray();
            return new ShardHead(new DataSchema((ElementType)head[5], shape, Number(dimensions)), count);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The shard's head is malformed: {e.Message}", e);
        }
    }

    /// <summary>Reads the points one at a time, and then makes sure that the file ends.</summary>
    /// <exception cref="FormatException">A point does not fit the schema, the file is cut off, or bytes are left over.</exception>
    public static async IAsyncEnumerable<DataPoint> PointsAsync(
        Stream source, ShardHead head, [EnumeratorCancellation] CancellationToken stop)
    {
        for (int i = 0; i < head.Count; i++)
        {
            var record = new byte[4 + head.Schema.FeatureBytes];
            await FillAsync(source, record, $"data point {i} of {head.Count}", stop);
            yield return PointAt(i, head.Schema, record);
        }
        if (await source.ReadAsync(new byte[1], stop) != 0)
            throw new FormatException($"The shard has bytes left over after its {head.Count} data points.");
    }

    private static DataPoint PointAt(int index, DataSchema schema, byte[] record)
    {
        try
        {
            return new DataPoint(schema, record.AsMemory(4), BinaryPrimitives.ReadInt32LittleEndian(record));
        }
        catch (FormatException e)
        {
            throw new FormatException($"Data point {index} does not fit: {e.Message}", e);
        }
    }

    private static async Task FillAsync(Stream source, Memory<byte> target, string what, CancellationToken stop)
    {
        int read = await source.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, stop);
        if (read < target.Length)
            throw new FormatException($"The shard is cut off in {what}: {target.Length} bytes expected, {read} found.");
    }
}

/// <summary>What a shard's file says about itself before its points.</summary>
public sealed record ShardHead(DataSchema Schema, int Count);
