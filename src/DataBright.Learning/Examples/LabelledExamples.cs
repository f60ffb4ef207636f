namespace DataBright.Learning.Examples;

/// <summary>Examples as read from a file, with the names behind their labels.</summary>
/// <param name="Examples">The values and labels.</param>
/// <param name="Classes">The name of each class; label i is the i-th.</param>
public sealed record LabelledExamples(ExampleSet Examples, IReadOnlyList<string> Classes)
{
    /// <summary>Texts that are longer than an example, and were cut.</summary>
    public int TextsCut { get; init; }
}
