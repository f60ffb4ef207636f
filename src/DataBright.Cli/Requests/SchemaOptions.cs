using System.CommandLine;
using System.Globalization;
using System.Text;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Requests;

/// <summary>What a data point must look like: said in words, or as those of a dataset that exists.</summary>
internal sealed class SchemaOptions
{
    private readonly Option<DataSchema?> _schema = new("--schema")
    {
        Description = "Element type (u8 or f32), dimensions and number of classes of a data point",
        HelpName = "'u8 1x28x28 10'",
        CustomParser = Parsing.By<DataSchema?>(Parse),
    };

    private readonly Option<DatasetId?> _like = new("--like")
    {
        Description = "Instead of --schema: like the points of this dataset",
        HelpName = "ID",
        CustomParser = Parsing.By<DatasetId?>(text => DatasetId.Parse(text)),
    };

    public static SchemaOptions AddTo(Command command)
    {
        var options = new SchemaOptions();
        command.Options.Add(options._schema);
        command.Options.Add(options._like);
        return options;
    }

    /// <returns>The schema's hash; the schema itself is kept in the data folder where it was said in words.</returns>
    /// <exception cref="Failure">Neither or both were said, or there is no such dataset.</exception>
    public async Task<Digest> ReadAsync(ParseResult arguments, MarketAccess market, CancellationToken stop)
    {
        var (schema, like) = (arguments.GetValue(_schema), arguments.GetValue(_like));
        if (schema is null == like is null)
            throw new Failure(ExitCode.Usage, "Say what a data point must look like: --schema 'u8 1x28x28 10', or --like DATASET.");
        if (like is { } id)
        {
            using var reading = await IndexReading.OpenAsync(market, stop);
            return (reading.Index.Datasets.Find(id) ?? throw MissingThings.Of(id)).Schema;
        }

        await market.Blobs.PutAsync(Encoding.UTF8.GetBytes(schema!.ToJson()), stop);
        return schema.Hash;
    }

    /// <exception cref="FormatException">The text is no schema.</exception>
    internal static DataSchema Parse(string text)
    {
        // As the market prints it, "u8 1×28×28, 10 classes", or as it is quickly typed.
        var words = text.Replace('×', 'x').Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if ((words is [.., "classes" or "class"] ? words[..^1] : words) is not [var element, var shape, var classes])
            throw Bad(text, "element type, dimensions and number of classes are expected");
        try
        {
            return new DataSchema(
                element switch { "u8" => ElementType.UInt8, "f32" => ElementType.Float32,
                    _ => throw Bad(text, "the elements are u8 or f32") },
                [.. shape.Split('x').Select(Number)], Number(classes));
        }
        catch (ArgumentException wrong)
        {
            throw Bad(text, wrong.Message.Split(" (Parameter", 2)[0].TrimEnd('.'));
        }

        int Number(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : throw Bad(text, $"'{digits}' is no whole number");
    }

    private static FormatException Bad(string text, string why) => new($"'{text}' is no schema such as 'u8 1x28x28 10': {why}");
}
