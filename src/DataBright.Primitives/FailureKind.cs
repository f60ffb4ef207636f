namespace DataBright;

/// <summary>
/// What kind of failure something is. Exit codes and statuses of HTTP follow from it, so that the same failure is called the same
/// everywhere.
/// </summary>
public enum FailureKind
{
    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>A rule forbids it, whoever asks.</summary>
    Refused,

    /// <summary>It is forbidden to whoever asks, and not to everybody.</summary>
    Denied,

    /// <summary>What was sent is not of the form that is expected.</summary>
    Malformed,

    /// <summary>What was sent is of the form that is expected, and what it says cannot be taken.</summary>
    Invalid,

    /// <summary>The state of things does not allow it now.</summary>
    Conflict,

    /// <summary>It was asked for too often.</summary>
    TooMany,

    /// <summary>What is needed for an answer is away; the same question may be answered later.</summary>
    Unavailable,

    /// <summary>What was kept is not what it was.</summary>
    Damaged,

    /// <summary>There is no room for it.</summary>
    Full,
}
