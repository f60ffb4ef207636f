using System.Globalization;
using System.Text.Json.Serialization;
using DataBright.Storage;

namespace DataBright.Compute.Jobs;

/// <summary>
/// A place that a worker keeps for a whole job: one copy (redundancy group) of one partition in one run.
/// The closing task has seats of its own, with run and partition −1.
/// </summary>
[JsonConverter(typeof(SeatKeyConverter))]
public readonly record struct SeatKey(int Run, int Partition, int Copy) : IComparable<SeatKey>
{
    public static SeatKey Of(TaskKey task, int copy) => new(task.Run, task.Partition, copy);

    public bool IsClosing => Run < 0;

    public int CompareTo(SeatKey other) => (Run, Partition, Copy).CompareTo((other.Run, other.Partition, other.Copy));

    /// <summary>For example <c>0.1.2</c> (run, partition, copy) or <c>seal.2</c>.</summary>
    public override string ToString() => IsClosing
        ? string.Create(CultureInfo.InvariantCulture, $"seal.{Copy}")
        : string.Create(CultureInfo.InvariantCulture, $"{Run}.{Partition}.{Copy}");

    /// <exception cref="FormatException">The text names no seat.</exception>
    public static SeatKey Parse(string text)
    {
        var parts = text.Split('.');
        var numbers = parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : -1).ToArray();
        var seat = parts.Length switch
        {
            2 when parts[0] == "seal" => new SeatKey(-1, -1, numbers[1]),
            3 => new SeatKey(numbers[0], numbers[1], numbers[2]),
            _ => default,
        };
        return seat.ToString() == text
            ? seat
            : throw new FormatException(
                $"'{(text.Length > 40 ? text[..40] : text)}' names no seat: run.partition.copy or seal.copy is expected.");
    }

    public static bool operator <(SeatKey left, SeatKey right) => left.CompareTo(right) < 0;
    public static bool operator >(SeatKey left, SeatKey right) => left.CompareTo(right) > 0;
    public static bool operator <=(SeatKey left, SeatKey right) => left.CompareTo(right) <= 0;
    public static bool operator >=(SeatKey left, SeatKey right) => left.CompareTo(right) >= 0;
}

internal sealed class SeatKeyConverter() : TextConverter<SeatKey>(SeatKey.Parse);
