using DataBright.Learning.Files;

namespace DataBright.Learning.Examples;

/// <summary>
/// How much a file of examples may hold before it is refused, and until when it is read: a short line of text becomes as many values as a
/// long one.
/// </summary>
public sealed record ExampleLimits
{
    /// <summary>What is allowed unless something else is said.</summary>
    public static readonly ExampleLimits Usual = new();

    /// <summary>Values that all examples together may have.</summary>
    public int MaxValues { get; init; } = InputFile.MaxValues;

    /// <summary>Examples that there may be.</summary>
    public int MaxExamples { get; init; } = int.MaxValue;

    /// <summary>Cancels between rows or lines.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>What is too much in a file, in words; null where nothing is.</summary>
    /// <exception cref="OperationCanceledException">Reading is cancelled.</exception>
    internal string? Excess(long examples, long values)
    {
        Stop.ThrowIfCancellationRequested();
        return values > MaxValues ? $"more than {MaxValues} values" : examples > MaxExamples ? $"more than {MaxExamples} examples" : null;
    }
}
