using DataBright.Market.Jobs;

namespace DataBright.Cli.Jobs;

/// <summary>How a job stands, for people.</summary>
/// <remarks>
/// The ledger keeps what ran out of time in its last state until somebody closes it, and "open" would be wrong for that.
/// </remarks>
internal static class JobStateNow
{
    public static object Of(IndexedJob job, DateTimeOffset now) =>
        job.State < JobState.Settled && now >= job.Deadline ? "overdue" : job.State;
}
