using System.CommandLine;
using DataBright.Cli.Terminal;
using DataBright.Learning;
using DataBright.Learning.Examples;
using DataBright.Market.Datasets;

namespace DataBright.Cli.Datasets;

/// <summary>Where data points come from: a pair of IDX files, a shard file, or files as people have them.</summary>
internal sealed class PointOptions
{
    private const long MostBytes = 4L << 30;

    private readonly Option<string?> _images;
    private readonly Option<string?> _labels;
    private readonly Option<string?> _shard;
    private readonly Option<int> _skip;
    private readonly Option<int?> _take;
    private readonly PointFiles _files;
    private readonly string _what;

    private PointOptions(string prefix, string what, PointReading reading)
    {
        _what = what;
        _files = new PointFiles(prefix, what, reading);
        Reading = reading;
        _images = new($"--{prefix}images") { Description = $"{what}: an IDX file of images, packed with gzip or not", HelpName = "FILE" };
        _labels = new($"--{prefix}labels") { Description = $"{what}: the IDX file of their labels", HelpName = "FILE" };
        _shard = new($"--{prefix}shard") { Description = $"{what}: a shard file instead", HelpName = "FILE" };
        _skip = new($"--{prefix}skip")
        {
            Description = $"{what}: leave out the first N points (default 0)",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
            CustomParser = Parsing.By(text => Parsing.Whole(text, 0, int.MaxValue)),
        };
        _take = new($"--{prefix}take") { Description = $"{what}: take N points at most", HelpName = "N", CustomParser = Parsing.By<int?>(text => Parsing.Whole(text, 1, int.MaxValue)) };
    }

    /// <param name="command">Takes the options.</param>
    /// <param name="prefix">Before each option's name.</param>
    /// <param name="what">What the points are for.</param>
    /// <param name="like">Other points of the command, whose files are understood in the same way.</param>
    public static PointOptions AddTo(Command command, string prefix, string what, PointOptions? like = null)
    {
        var options = new PointOptions(prefix, what, like?.Reading ?? new PointReading());
        foreach (var option in new Option[] { options._images, options._labels, options._shard }.Concat(options._files.All).Append(options._skip).Append(options._take))
            command.Options.Add(option);
        if (like is null)
            foreach (var option in options.Reading.All)
                command.Options.Add(option);
        return options;
    }

    private PointReading Reading { get; }

    /// <exception cref="Failure">The options name no points.</exception>
    /// <exception cref="MalformedInputException">A file is not what it should be.</exception>
    public async Task<Shard> ReadAsync(ParseResult arguments, int classes, CancellationToken stop)
    {
        var (images, labels, shard) = (arguments.GetValue(_images), arguments.GetValue(_labels), arguments.GetValue(_shard));
        var read = (images, labels, shard) switch
        {
            (not null, not null, null) => ToShard(await IdxFile.ReadAsync(images, labels, classes, stop)),
            (null, null, not null) => await ReadShardAsync(shard, stop),
            (null, null, null) when _files.AreNamed(arguments) => _files.Read(arguments, stop),
            _ => throw new Failure(ExitCode.Usage, $"{_what}: name {_images.Name} and {_labels.Name}, or {_shard.Name}, or one of {string.Join(", ", _files.All.Select(option => option.Name))}."),
        };
        return Cut(read, arguments.GetValue(_skip), arguments.GetValue(_take) ?? int.MaxValue);
    }

    /// <summary>An IDX pixel is read as byte ÷ 255; this takes the bytes back exactly.</summary>
    private static Shard ToShard(ExampleSet examples)
    {
        var features = new byte[examples.Features.Length];
        var pixels = examples.Features.Span;
        for (var i = 0; i < features.Length; i++)
            features[i] = (byte)MathF.Round(pixels[i] * byte.MaxValue);
        var schema = new DataSchema(ElementType.UInt8, [examples.Shape.Channels, examples.Shape.Height, examples.Shape.Width], Classes(examples));
        return new Shard(schema, features, examples.Labels.ToArray());
    }

    /// <summary>Digits make ten classes even where a part has no nine.</summary>
    private static int Classes(ExampleSet examples) => Math.Max(10, examples.Labels.ToArray().DefaultIfEmpty().Max() + 1);

    private static async Task<Shard> ReadShardAsync(string path, CancellationToken stop)
    {
        await using var file = File.OpenRead(path);
        try
        {
            return await ShardFile.ReadAsync(file, MostBytes, stop);
        }
        catch (FormatException damaged)
        {
            throw new Failure(ExitCode.BadInput, $"{path}: {damaged.Message}");
        }
    }

    private Shard Cut(Shard shard, int skip, int take)
    {
        if (skip == 0 && take >= shard.Count)
            return shard;
        return skip < shard.Count
            ? shard.Select([.. Enumerable.Range(skip, Math.Min(take, shard.Count - skip))])
            : throw new Failure(ExitCode.BadInput, $"{_what}: there are {shard.Count} points; {_skip.Name} {skip} leaves none.");
    }
}
