namespace DataBright.Learning.Aggregation;

/// <summary>One update cannot be aggregated; without it, or with a right one in its place, the others can.</summary>
public sealed class UpdateRefusedException(int update, string problem)
    : DataBrightException(FailureKind.Invalid, $"Update {update}: {problem}.")
{
    /// <summary>Its number, from 0.</summary>
    public int Update { get; } = update;
}
