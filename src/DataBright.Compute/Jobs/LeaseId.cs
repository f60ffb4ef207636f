using System.Globalization;
using System.Text.Json.Serialization;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Jobs;

/// <summary>
/// One worker's right to one copy of one task for some time. A copy that is drawn again gets a new lease, so an old message can never be
/// taken for a new one.
/// </summary>
[JsonConverter(typeof(LeaseIdConverter))]
public readonly record struct LeaseId(JobId Job, int Number)
{
    /// <summary>For example <c>7/12</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Job.Value}/{Number}");

    /// <exception cref="FormatException">The text names no lease.</exception>
    public static LeaseId Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length == 2
            && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var job)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && new LeaseId(new JobId(job), number) is var lease && lease.ToString() == text)
            return lease;
        throw new FormatException($"'{(text.Length > 40 ? text[..40] : text)}' names no lease: job/number is expected.");
    }
}

internal sealed class LeaseIdConverter() : TextConverter<LeaseId>(LeaseId.Parse);
