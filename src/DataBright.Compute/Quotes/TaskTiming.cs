using DataBright.Learning.Networks;

namespace DataBright.Compute.Quotes;

/// <summary>How long a worker took for one copy of a task.</summary>
/// <param name="Weight">About the work that the task is, as the job's pay is divided.</param>
public sealed record TaskTiming(Architecture Architecture, double Weight, TimeSpan Took)
{
    public double SecondsEach => Took.TotalSeconds / Weight;
}
