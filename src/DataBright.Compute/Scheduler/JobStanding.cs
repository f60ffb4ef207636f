using DataBright.Compute.Scheduler.State;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>Where a job stands with its scheduler.</summary>
/// <param name="Problem">Why it waits or failed; null where it goes on.</param>
public sealed record JobStanding(JobId Job, JobPhase Phase, string? Problem);
