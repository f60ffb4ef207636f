namespace DataBright;

/// <summary>A file or document that cannot be used as it is. The message names it, what was wrong and what was expected.</summary>
public sealed class MalformedInputException(string document, string problem, Exception? cause = null)
    : DataBrightException(FailureKind.Malformed, $"{document}: {problem}", cause)
{
    /// <summary>The file or document, as the caller named it.</summary>
    public string Document { get; } = document;

    /// <summary>What was wrong with it and what was expected instead.</summary>
    public string Problem { get; } = problem;
}
