using DataBright.Learning.Networks;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>Architectures as the command line names them: by name, or as a file.</summary>
internal static class FittedArchitecture
{
    private const int MaxArchitecture = 1 << 20;

    /// <summary>By name or from a file; softmax regression is as large as the points are.</summary>
    /// <exception cref="Failure">There is no such architecture.</exception>
    /// <exception cref="UnfitArchitectureException">It does not take these points.</exception>
    public static Architecture Read(string nameOrFile, DataSchema schema) =>
        ArchitectureFit.Require(nameOrFile == ArchitectureFit.Softmax ? ArchitectureFit.SoftmaxOf(schema) : ReadAny(nameOrFile), schema);

    /// <inheritdoc cref="ArchitectureFit.Usual"/>
    public static Architecture Usual(DataSchema schema) => ArchitectureFit.Usual(schema);

    /// <inheritdoc cref="ArchitectureFit.Require"/>
    public static Architecture Fitting(Architecture read, DataSchema schema) => ArchitectureFit.Require(read, schema);

    /// <summary>By name or from a file, whatever points it takes.</summary>
    /// <exception cref="Failure">There is no such architecture.</exception>
    public static Architecture ReadAny(string nameOrFile) =>
        Architectures.Find(nameOrFile)
        ?? (Path.Exists(nameOrFile)
            ? Architecture.Parse(Utf8Text.Decode(GivenFile.ReadText(nameOrFile, MaxArchitecture, "an architecture"),
                nameOrFile), nameOrFile)
            : throw new Failure(ExitCode.BadInput,
                $"There is no architecture and no file called {nameOrFile}. Known by name: "
                + $"{string.Join(", ", Architectures.All.Select(known => known.Name))}."));
}
