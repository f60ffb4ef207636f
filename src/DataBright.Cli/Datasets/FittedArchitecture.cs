using DataBright.Learning;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>Architectures that take a dataset's points. What does not fit is refused before anything is bought: no worker could do it.</summary>
internal static class FittedArchitecture
{
    private const int MaxArchitecture = 1 << 20;

    private const string Softmax = "softmax-regression";

    /// <summary>What measures points where nothing was named: small, because it is trained many times.</summary>
    public static Architecture Usual(DataSchema schema) =>
        TextFit.Takes(InputOf(schema)) && schema.Features == Architectures.TextClassifier.Input.Size && schema.Classes <= Architectures.TextClassifier.Classes
            ? Architectures.TextClassifier
            : SoftmaxOf(schema);

    /// <summary>By name or from a file; softmax regression is as large as the points are.</summary>
    /// <exception cref="Failure">There is no such architecture, or it does not take these points.</exception>
    public static Architecture Read(string nameOrFile, DataSchema schema) =>
        Fitting(nameOrFile == Softmax ? SoftmaxOf(schema) : ReadAny(nameOrFile), schema);

    /// <summary>The architecture itself, where it takes these points.</summary>
    /// <exception cref="Failure">It does not.</exception>
    public static Architecture Fitting(Architecture read, DataSchema schema)
    {
        if (read.Input.Size != schema.Features)
            throw Unfit(read, $"takes {read.Input.Channels}×{read.Input.Height}×{read.Input.Width} values", schema);
        return read.Loss != Loss.SoftmaxCrossEntropy || read.Classes >= schema.Classes ? read : throw Unfit(read, $"tells {read.Classes} classes apart", schema);
    }

    /// <summary>By name or from a file, whatever points it takes.</summary>
    /// <exception cref="Failure">There is no such architecture.</exception>
    public static Architecture ReadAny(string nameOrFile) =>
        Architectures.Find(nameOrFile)
        ?? (Path.Exists(nameOrFile)
            ? Architecture.Parse(Utf8Text.Decode(GivenFile.ReadText(nameOrFile, MaxArchitecture, "an architecture"), nameOrFile), nameOrFile)
            : throw new Failure(ExitCode.BadInput, $"There is no architecture and no file called {nameOrFile}. Known by name: {string.Join(", ", Architectures.All.Select(known => known.Name))}."));

    private static Failure Unfit(Architecture architecture, string does, DataSchema schema) => new(
        ExitCode.BadInput, $"{architecture.Name} {does}; the dataset's points are {schema}. {Softmax} takes any points, and a JSON file can describe another architecture.");

    private static Architecture SoftmaxOf(DataSchema schema)
    {
        var (input, known) = (InputOf(schema), Architectures.SoftmaxRegression);
        return input == known.Input && schema.Classes <= known.Classes ? known : new Architecture(Softmax, input, [new Flatten("flatten"), new Dense("fc", schema.Classes)]);
    }

    private static ExampleShape InputOf(DataSchema schema) => schema.Shape switch
    {
        [var channels, var height, var width] => new ExampleShape(channels, height, width),
        [var height, var width] => new ExampleShape(1, height, width),
        _ => new ExampleShape(schema.Features, 1, 1),
    };
}
