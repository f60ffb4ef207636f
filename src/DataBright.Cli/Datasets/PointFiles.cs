using System.Buffers.Binary;
using System.CommandLine;
using DataBright.Cli.Terminal;
using DataBright.Learning.Examples;
using DataBright.Market.Datasets;

namespace DataBright.Cli.Datasets;

/// <summary>Points as people have them: folders of pictures, tables, lines of JSON, texts, arrays of NumPy.</summary>
internal sealed class PointFiles
{
    private readonly Option<string?> _pictures;
    private readonly Option<string?> _csv;
    private readonly Option<string?> _lines;
    private readonly Option<string?> _texts;
    private readonly Option<string?> _npy;
    private readonly Option<string?> _npyLabels;
    private readonly PointReading _reading;

    public PointFiles(string prefix, string what, PointReading reading)
    {
        _reading = reading;
        _pictures = new($"--{prefix}folder") { Description = $"{what}: a folder with a folder of PNG pictures for each class", HelpName = "DIR" };
        _csv = new($"--{prefix}csv") { Description = $"{what}: a table of numbers with a header and a column of labels", HelpName = "FILE" };
        _lines = new($"--{prefix}json-lines") { Description = $"{what}: a line {{\"features\":[…],\"label\":…}} for each point", HelpName = "FILE" };
        _texts = new($"--{prefix}texts") { Description = $"{what}: a line {{\"text\":\"…\",\"label\":…}} for each point", HelpName = "FILE" };
        _npy = new($"--{prefix}npy") { Description = $"{what}: an NPY file of features", HelpName = "FILE" };
        _npyLabels = new($"--{prefix}npy-labels") { Description = $"{what}: the NPY file of their labels", HelpName = "FILE" };
    }

    public IReadOnlyList<Option<string?>> All => [_pictures, _csv, _lines, _texts, _npy, _npyLabels];

    public bool AreNamed(ParseResult arguments) => All.Any(option => arguments.GetValue(option) is not null);

    /// <exception cref="Failure">Not one of them is named, or what its labels mean is not said.</exception>
    public Shard Read(ParseResult arguments, CancellationToken stop)
    {
        var classes = _reading.Classes(arguments);
        if (Only(arguments, _pictures) is { } folder)
            return OfPictures(PngFolder.Read(folder, stop), classes);
        if (Only(arguments, _csv) is { } csv)
            return OfTable(CsvFile.Read(csv, new CsvOptions { Label = _reading.LabelColumn(arguments), Classes = classes?.Names }), classes);
        if (Only(arguments, _lines) is { } lines)
            return OfLines(JsonLinesFile.ReadFeatures(lines, classes?.Names), classes);
        if (Only(arguments, _texts) is { } texts)
            return OfLines(JsonLinesFile.ReadText(texts, _reading.TextBytes(arguments), classes?.Names), classes);
        if (Only(arguments, _npy, _npyLabels) is { } features)
            return OfArrays(NpyFiles.Read(features, arguments.GetValue(_npyLabels)!, classes?.Count), classes);
        throw new Failure(ExitCode.Usage, $"Name one source of points: {string.Join(", ", All.Select(option => option.Name))}; the two of NPY belong together.");
    }

    /// <summary>What the first of these options names, if these are named and no others.</summary>
    private string? Only(ParseResult arguments, params Option<string?>[] options) =>
        All.All(option => options.Contains(option) == (arguments.GetValue(option) is not null)) ? arguments.GetValue(options[0]) : null;

    /// <summary>Folders have names in the order of the alphabet; labels have the order of the dataset.</summary>
    private static Shard OfPictures(LabelledExamples read, PointClasses? classes)
    {
        var labels = read.Classes.Select(name => (classes?.Names is { } names ? names.ToList().IndexOf(name) : PointClasses.NumberOf(name)) is var label and >= 0
            ? label
            : throw new Failure(ExitCode.BadInput, classes?.Names is null ? PointClasses.Unsaid(name) : $"The folder {name} is none of the classes {classes.InWords}.")).ToArray();
        var examples = new ExampleSet(read.Examples.Shape, read.Examples.Features, read.Examples.Labels.ToArray().Select(label => labels[label]).ToArray());
        return OfArrays(examples, classes);
    }

    private static Shard OfTable(CsvTable table, PointClasses? classes) => OfLines(new LabelledExamples(table.Examples, table.Classes), classes);

    private static Shard OfLines(LabelledExamples read, PointClasses? classes)
    {
        if (classes?.Names is null && read.Classes.FirstOrDefault(name => PointClasses.NumberOf(name) < 0) is { } name)
            throw new Failure(ExitCode.Usage, PointClasses.Unsaid(name));
        return OfArrays(read.Examples, classes);
    }

    private static Shard OfArrays(ExampleSet examples, PointClasses? classes) => Of(examples, classes?.Count ?? Highest(examples) + 1);

    /// <summary>Bytes where every value is a byte ÷ 255, as in pictures of eight bits; otherwise the numbers as they are.</summary>
    private static Shard Of(ExampleSet examples, int classes)
    {
        var (values, shape) = (examples.Features.ToArray(), examples.Shape);
        if (Highest(examples) >= classes)
            throw new Failure(ExitCode.BadInput, $"Label {Highest(examples)} is beyond the {classes} classes of --classes.");
        var isBytes = values.All(value => value is >= 0 and <= 1 && MathF.Round(value * byte.MaxValue) / byte.MaxValue == value);
        var schema = new DataSchema(isBytes && shape.Height > 1 ? ElementType.UInt8 : ElementType.Float32, [shape.Channels, shape.Height, shape.Width], classes);
        return new Shard(schema, schema.Element == ElementType.UInt8 ? Bytes(values) : Numbers(values), examples.Labels.ToArray());
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
