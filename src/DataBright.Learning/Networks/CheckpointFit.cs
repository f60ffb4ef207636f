using DataBright.Learning.Checkpoints;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Networks;

/// <summary>Whether a checkpoint holds what an architecture asks for.</summary>
public static class CheckpointFit
{
    /// <summary>Refuses a checkpoint that does not hold exactly the parameters of <paramref name="architecture"/>.</summary>
    /// <exception cref="MalformedInputException">A tensor is missing, unknown or of another shape; the message names it.</exception>
    public static void Require(this Checkpoint checkpoint, Architecture architecture, string document = "checkpoint") =>
        Require(checkpoint, architecture.Name, architecture.Parameters, document);

    /// <summary>
    /// Refuses moments that do not belong exactly to the trained parameters of <paramref name="architecture"/>: running statistics have
    /// none.
    /// </summary>
    /// <exception cref="MalformedInputException">A tensor is missing, unknown or of another shape; the message names it.</exception>
    public static void RequireTrained(this Checkpoint checkpoint, Architecture architecture, string document) =>
        Require(checkpoint, architecture.Name, [.. architecture.Parameters.Where(parameter => parameter.IsTrained)], document);

    private static void Require(Checkpoint checkpoint, string architecture, IReadOnlyList<ParameterShape> parameters, string document)
    {
        foreach (var parameter in parameters)
        {
            var tensor = checkpoint.Find(parameter.Name)
                ?? throw new MalformedInputException(document, $"tensor '{parameter.Name}' of {architecture} is missing");
            if (!tensor.Shape.SequenceEqual(parameter.Dimensions))
                throw new MalformedInputException(
                    document,
                    $"tensor '{parameter.Name}' has shape [{string.Join(", ", tensor.Shape)}]; {architecture} needs "
                    + $"[{string.Join(", ", parameter.Dimensions)}]");
        }

        if (checkpoint.Tensors.FirstOrDefault(tensor => parameters.All(parameter => parameter.Name != tensor.Name)) is { } stranger)
            throw new MalformedInputException(document, $"tensor '{stranger.Name}' does not belong to {architecture}");
    }
}
