using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>
/// Architectures that take a dataset's points. What does not fit is refused before anything is bought: no worker could do it.
/// </summary>
public static class ArchitectureFit
{
    /// <summary>The name of the one that is as large as the points are.</summary>
    public const string Softmax = "softmax-regression";

    /// <summary>What measures points where nothing was named: small, because it is trained many times.</summary>
    public static Architecture Usual(DataSchema schema) =>
        TextFit.Takes(InputOf(schema)) && schema.Features == Architectures.TextClassifier.Input.Size
            && schema.Classes <= Architectures.TextClassifier.Classes
            ? Architectures.TextClassifier
            : SoftmaxOf(schema);

    /// <summary>Those that are known by name and take the points, the smallest first.</summary>
    public static IReadOnlyList<Architecture> Of(DataSchema schema) =>
        [SoftmaxOf(schema), .. Architectures.All.Where(known => known.Name != Softmax && Misfit(known, schema) is null)];

    /// <summary>The architecture itself, where it takes these points.</summary>
    /// <exception cref="UnfitArchitectureException">It does not.</exception>
    public static Architecture Require(Architecture read, DataSchema schema) => Misfit(read, schema) is { } does
        ? throw new UnfitArchitectureException(
            $"{read.Name} {does}; the dataset's points are {schema}. {Softmax} takes any points, and a JSON file can describe another "
            + "architecture.")
        : read;

    /// <summary>Softmax regression as large as the points are.</summary>
    public static Architecture SoftmaxOf(DataSchema schema)
    {
        var (input, known) = (InputOf(schema), Architectures.SoftmaxRegression);
        return input == known.Input && schema.Classes <= known.Classes
            ? known : new Architecture(Softmax, input, [new Flatten("flatten"), new Dense("fc", schema.Classes)]);
    }

    /// <summary>What it does that does not go with the points; null where it fits.</summary>
    private static string? Misfit(Architecture read, DataSchema schema) =>
        read.Input.Size != schema.Features ? $"takes {read.Input.Channels}×{read.Input.Height}×{read.Input.Width} values"
        : read.Loss != Loss.SoftmaxCrossEntropy || read.Classes >= schema.Classes ? null
        : $"tells {read.Classes} classes apart";

    private static ExampleShape InputOf(DataSchema schema) => schema.Shape switch
    {
        [var channels, var height, var width] => new ExampleShape(channels, height, width),
        [var height, var width] => new ExampleShape(1, height, width),
        _ => new ExampleShape(schema.Features, 1, 1),
    };
}

/// <summary>An architecture does not take a dataset's points.</summary>
public sealed class UnfitArchitectureException(string message) : DataBrightException(FailureKind.Malformed, message);
