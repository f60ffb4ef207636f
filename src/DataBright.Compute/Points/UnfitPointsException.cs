namespace DataBright.Compute.Points;

/// <summary>Why points cannot be those of a dataset.</summary>
public enum UnfitPoints
{
    /// <summary>The message says it all.</summary>
    Other,

    /// <summary>A label is a name, and nothing says which number it stands for.</summary>
    LabelByName,

    /// <summary>The same of a folder of pictures.</summary>
    FolderByName,

    /// <summary>A label is a number that no class has.</summary>
    LabelBeyond,
}

/// <summary>Points that were read cannot be those of a dataset.</summary>
/// <param name="what">What is wrong, as a sentence without its stop.</param>
/// <param name="why">For callers who know what would help.</param>
/// <param name="advice">What would help where nothing else is known.</param>
public sealed class UnfitPointsException(string what, UnfitPoints why = UnfitPoints.Other, string? advice = null)
    : DataBrightException(FailureKind.Malformed, advice is null ? $"{what}." : $"{what}: {advice}.")
{
    /// <summary>What is wrong, as a sentence without its stop.</summary>
    public string What => what;

    public UnfitPoints Why => why;

    internal static UnfitPointsException ByName(string name, UnfitPoints why) =>
        new($"'{name}' is a label by name", why,
            "the dataset's classes are numbers from 0, so that names say nothing: write the number of the class");
}
