using System.Buffers.Binary;
using System.Globalization;

namespace DataBright.Market.Datasets;

/// <summary>Whether the values of points lie where those of a dataset do: centimetres are not metres, and bytes no parts of one.</summary>
public static class SchemaFit
{
    /// <summary>What differs, with both sides; null where nothing does, or nothing is known.</summary>
    public static string? Mismatch(DatasetSchema dataset, Shard offered)
    {
        if (dataset.Text is null && IsElsewhere(dataset.Scale, offered))
            return $"The dataset's values are {InWords(dataset.Scale)}; these are {InWords(ScaleOf(offered))}.";
        if (dataset.Columns is not { } columns || columns.Sum(column => column.Width) != offered.Schema.Features) return null;
        var (ranges, at) = (RangesOf(offered), 0);
        foreach (var column in columns)
        {
            if (column is { Least: { } least, Most: { } most } && Mismatch(column, least, most, ranges[at]) is { } found) return found;
            at += column.Width;
        }

        return null;
    }

    /// <summary>What the values of points keep to.</summary>
    public static ValueScale ScaleOf(Shard shard)
    {
        if (shard.Schema.Element == ElementType.UInt8) return ValueScale.Bytes;
        var (isPart, isByte) = (true, true);
        for (var i = 0; (isPart || isByte) && i < shard.Count * shard.Schema.Features; i++)
        {
            var value = At(shard, i);
            isPart &= value is >= 0 and <= 1;
            isByte &= value is >= 0 and <= 255 && value == MathF.Truncate(value);
        }

        return isPart ? ValueScale.ZeroToOne : isByte ? ValueScale.ZeroTo255 : ValueScale.Any;
    }

    /// <summary>The least and the most of every value of a point.</summary>
    public static IReadOnlyList<(float Least, float Most)> RangesOf(Shard shard)
    {
        var ranges = new (float Least, float Most)[shard.Schema.Features];
        Array.Fill(ranges, (float.PositiveInfinity, float.NegativeInfinity));
        for (var i = 0; i < shard.Count * ranges.Length; i++)
        {
            ref var range = ref ranges[i % ranges.Length];
            range = (Math.Min(range.Least, At(shard, i)), Math.Max(range.Most, At(shard, i)));
        }

        return ranges;
    }

    /// <summary>
    /// A few values may go beyond the dataset's, up to thrice its range; parts of one are no bytes, and bytes no parts of one.
    /// </summary>
    private static bool IsElsewhere(ValueScale dataset, Shard offered)
    {
        if (dataset is not (ValueScale.ZeroToOne or ValueScale.ZeroTo255)) return false;
        if (offered.Schema.Element == ElementType.UInt8) return true;
        var top = dataset == ValueScale.ZeroToOne ? 1f : 255f;
        var ranges = RangesOf(offered);
        if (ranges.Any(range => range.Least < -top || range.Most > 2 * top)) return true;
        return dataset == ValueScale.ZeroTo255 && ranges.All(range => range.Most <= 1)
            && Enumerable.Range(0, offered.Count * offered.Schema.Features)
                .Any(place => At(offered, place) is var value && value != MathF.Truncate(value));
    }

    public static string InWords(ValueScale scale) => scale switch
    {
        ValueScale.Bytes => "bytes",
        ValueScale.ZeroToOne => "from 0 to 1",
        ValueScale.ZeroTo255 => "whole numbers from 0 to 255",
        _ => "numbers of any size",
    };

    /// <summary>
    /// A few points may lie elsewhere, and new ones may go beyond; not one of them within thrice the range is another unit.
    /// </summary>
    private static string? Mismatch(SchemaColumn column, double least, double most, (float Least, float Most) offered)
    {
        var (from, to) = (offered.Least * column.Deviation + column.Mean, offered.Most * column.Deviation + column.Mean);
        var span = most > least ? most - least : Math.Max(Math.Abs(most), 1);
        return to < least - span || from > most + span
            ? string.Create(CultureInfo.InvariantCulture,
                $"The dataset's column {column.InWords} has numbers from {least:G4} to {most:G4}; here it has {from:G4} to {to:G4}. Is it "
                + $"another unit?")
            : null;
    }

    private static float At(Shard shard, int place) => shard.Schema.Element == ElementType.UInt8
        ? shard.Features.Span[place]
        : BinaryPrimitives.ReadSingleLittleEndian(shard.Features.Span[(4 * place)..]);
}
