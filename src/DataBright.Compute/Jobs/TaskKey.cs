using System.Globalization;
using System.Text.Json.Serialization;
using DataBright.Storage;

namespace DataBright.Compute.Jobs;

/// <summary>
/// Names a task within its job: training one partition in one round of one run, or the closing task that ends the job.
/// Tasks are ordered by round first, so that what can start early comes early; the closing task is last.
/// </summary>
[JsonConverter(typeof(TaskKeyConverter))]
public readonly record struct TaskKey(int Run, int Round, int Partition) : IComparable<TaskKey>
{
    public static TaskKey Closing { get; } = new(-1, int.MaxValue, -1);

    public bool IsClosing => this == Closing;

    public int CompareTo(TaskKey other) => (Round, Run, Partition).CompareTo((other.Round, other.Run, other.Partition));

    /// <summary>For example <c>0/2/1</c> (run, round, partition), or <c>seal</c>.</summary>
    public override string ToString() => IsClosing ? "seal" : string.Create(CultureInfo.InvariantCulture, $"{Run}/{Round}/{Partition}");

    /// <exception cref="FormatException">The text names no task.</exception>
    public static TaskKey Parse(string text)
    {
        if (text == "seal") return Closing;
        var parts = text.Split('/');
        if (parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var run)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var round)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && new TaskKey(run, round, partition) is var key && key.ToString() == text)
            return key;
        throw new FormatException($"'{(text.Length > 40 ? text[..40] : text)}' names no task: run/round/partition or seal is expected.");
    }

    public static bool operator <(TaskKey left, TaskKey right) => left.CompareTo(right) < 0;
    public static bool operator >(TaskKey left, TaskKey right) => left.CompareTo(right) > 0;
    public static bool operator <=(TaskKey left, TaskKey right) => left.CompareTo(right) <= 0;
    public static bool operator >=(TaskKey left, TaskKey right) => left.CompareTo(right) >= 0;
}

internal sealed class TaskKeyConverter() : TextConverter<TaskKey>(TaskKey.Parse);
