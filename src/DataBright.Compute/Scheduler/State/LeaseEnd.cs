namespace DataBright.Compute.Scheduler.State;

/// <summary>Why a worker lost a copy of a task: in words for people, and by one name each for whoever counts.</summary>
internal static class LeaseEnd
{
    public const string Overdue = "no progress in time";
    public const string Unrevealed = "did not reveal in time";
    public const string Unclaimed = "did not take it up in time";
    public const string Busy = "computes something else for too long";
    public const string SetAside = "lets others wait";
    public const string Slow = "is too slow for the job's deadline";
    public const string Absent = "is not there";
    public const string Leaving = "leaves";
    public const string Silent = "did not answer for its result";
    public const string Convicted = "lied";

    public static string NameOf(string? words) => words switch
    {
        Overdue => "overdue",
        Unrevealed => "unrevealed",
        Unclaimed => "unclaimed",
        Busy => "busy",
        SetAside => "set_aside",
        Slow => "slow",
        Absent => "absent",
        Leaving => "leaving",
        Silent => "silent",
        Convicted => "convicted",
        _ => "other",
    };
}
