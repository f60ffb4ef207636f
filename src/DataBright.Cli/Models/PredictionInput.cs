using System.CommandLine;
using System.Globalization;
using DataBright.Cli.Datasets;
using DataBright.Compute.Points;
using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;
using DataBright.Market.Datasets;
using DataBright.Serving;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>What a model is asked about: a row of numbers, a text, pictures, or points from files.</summary>
internal sealed class PredictionInput
{
    private readonly Option<string?> _row = new("--row") { Description = "One example as numbers between commas", HelpName = "NUMBERS" };
    private readonly Option<string?> _text = new("--words") { Description = "One example as a text, for a model that was trained on texts",
        HelpName = "TEXT" };
    private readonly Option<string[]> _image =
        new("--picture") { Description = "A picture of any size in PNG, JPEG or WebP, brought to what the model takes; may be repeated",
            HelpName = "FILE" };
    private readonly PointOptions _points;

    private PredictionInput(Command command)
    {
        command.Options.Add(_row);
        command.Options.Add(_text);
        command.Options.Add(_image);
        _points = PointOptions.AddTo(command, "", "Or many examples", use: PointUse.Ask);
    }

    public static PredictionInput AddTo(Command command) => new(command);

    /// <summary>Examples × values, and what is known of each one's class.</summary>
    public async Task<(ReadOnlyMemory<float> Inputs, int?[] Labels)> ReadAsync(ParseResult arguments, PredictionFacts facts,
        DatasetSchema? schema, Action<string> note, CancellationToken stop)
    {
        var shape = facts.Input is [var channels, var height, var width] ? new ExampleShape(channels, height, width)
            : throw new Failure(ExitCode.Unreachable, "The worker does not say what its model takes.");
        var (row, images) = (arguments.GetValue(_row), arguments.GetValue(_image) ?? []);
        if (row is not null && images.Length > 0)
            throw new Failure(ExitCode.Usage, "Give --row or --picture, not both.");
        if ((row is not null || images.Length > 0 || arguments.GetValue(_text) is not null)
            && (_points.Said(arguments) ?? _points.Reading.Said(arguments)) is { } unheard)
            throw new Failure(ExitCode.Usage, $"Give --row, --words and --picture alone, without {unheard.Name}.");
        if (arguments.GetValue(_text) is { } text)
            return row is null && images.Length == 0
                ? (ReadText(text, shape), [null]) : throw new Failure(ExitCode.Usage, "Give --words alone, without --row and --picture.");
        if (row is not null)
            return (ReadRow(row, shape.Size), [null]);
        if (images.Length > 0)
            return (images.SelectMany(image => PictureFile.Read(image, shape)).ToArray(), new int?[images.Length]);
        // What was done to the dataset's columns has to be done to these.
        if (schema is not null)
            _points.Reading.Follow(arguments, schema);
        var shard = await _points.ReadAsync(arguments, facts.Classes, stop, note);
        return shard.Schema.Features == shape.Size
            ? (Examples.Values(shard), [.. shard.Labels.ToArray().Select(label => (int?)label)])
            : throw new Failure(ExitCode.BadInput,
                $"The model takes {shape.Size} values for each example; these have {shard.Schema.Features}.");
    }

    private static float[] ReadText(string text, ExampleShape shape) => TextFit.Takes(shape)
        ? TextFit.Read(text, shape.Width)
        : throw new Failure(ExitCode.BadInput,
            $"--words: the model takes {shape.Channels}×{shape.Height}×{shape.Width} values for each example, which is no text.");

    private static float[] ReadRow(string row, int size)
    {
        var values = row.Split(',')
            .Select(text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
            ? value : throw new Failure(ExitCode.Usage, $"--row: '{text.Trim()}' is no number.")).ToArray();
        return values.Length == size ? values
            : throw new Failure(ExitCode.BadInput, $"--row: the model takes {size} numbers; these are {values.Length}.");
    }
}
