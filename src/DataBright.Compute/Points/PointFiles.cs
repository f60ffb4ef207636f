using System.Buffers.Binary;
using DataBright.Learning.Examples;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>
/// From what the readers found to a shard: labels by the dataset's order of classes, values as bytes where they are some.
/// </summary>
public static class PointFiles
{
    /// <summary>Folders have names in the order of the alphabet; labels have the order of the dataset.</summary>
    public static Shard OfPictures(LabelledExamples read, PointClasses? classes)
    {
        var labels = read.Classes
            .Select(name => (classes?.Names is { } names ? names.ToList().IndexOf(name) : PointClasses.NumberOf(name)) is var label and >= 0
            ? label
            : throw (classes?.Names is null ? UnfitPointsException.ByName(name, UnfitPoints.FolderByName)
                : new UnfitPointsException($"The folder {name} is none of the classes {classes.InWords}"))).ToArray();
        var examples = new ExampleSet(read.Examples.Shape, read.Examples.Features,
            read.Examples.Labels.ToArray().Select(label => labels[label]).ToArray());
        return OfArrays(examples, classes);
    }

    /// <summary>The rows of a table.</summary>
    public static Shard OfTable(CsvTable table, PointClasses? classes) =>
        OfLines(new LabelledExamples(table.Examples, table.Classes), classes);

    /// <summary>Lines of features or of text.</summary>
    public static Shard OfLines(LabelledExamples read, PointClasses? classes)
    {
        if (classes?.Names is null && read.Classes.FirstOrDefault(name => PointClasses.NumberOf(name) < 0) is { } name)
            throw UnfitPointsException.ByName(name, UnfitPoints.LabelByName);
        return OfArrays(read.Examples, classes);
    }

    /// <summary>Examples whose labels are numbers.</summary>
    public static Shard OfArrays(ExampleSet examples, PointClasses? classes) => Of(examples, classes?.Count ?? Highest(examples) + 1);

    /// <summary>Digits make ten classes even where a part has no nine.</summary>
    public static Shard OfIdx(ExampleSet examples, PointClasses? classes) =>
        Of(examples, classes?.Count ?? Math.Max(10, Highest(examples) + 1), isBytes: true);

    /// <summary>Bytes where every value is a byte ÷ 255, as in pictures of eight bits; otherwise the numbers as they are.</summary>
    private static Shard Of(ExampleSet examples, int classes, bool isBytes = false)
    {
        var (values, shape) = (examples.Features.ToArray(), examples.Shape);
        if (Highest(examples) >= classes)
            throw new UnfitPointsException($"Label {Highest(examples)} is beyond the {classes} classes", UnfitPoints.LabelBeyond);
        isBytes |= shape.Height > 1
            && values.All(value => value is >= 0 and <= 1 && MathF.Round(value * byte.MaxValue) / byte.MaxValue == value);
        try
        {
            var schema = new DataSchema(isBytes ? ElementType.UInt8 : ElementType.Float32,
                [shape.Channels, shape.Height, shape.Width], classes);
            return new Shard(schema, isBytes ? Bytes(values) : Numbers(values), examples.Labels.ToArray());
        }
        catch (ArgumentException large)
        {
            throw new UnfitPointsException($"These points cannot be those of a dataset: {large.Message.TrimEnd('.')}");
        }
    }

    private static byte[] Bytes(float[] values) => [.. values.Select(value => (byte)MathF.Round(value * byte.MaxValue))];

    private static byte[] Numbers(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return bytes;
    }

    private static int Highest(ExampleSet examples) => examples.Labels.ToArray().DefaultIfEmpty().Max();
}
