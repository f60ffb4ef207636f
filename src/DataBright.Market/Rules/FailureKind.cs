namespace DataBright.Market;

/// <summary>What kind of failure a refusal is. Exit codes and statuses of HTTP follow from it, so that the same failure is called the same everywhere.</summary>
public enum FailureKind
{
    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>A rule forbids it to this account, and not to every other.</summary>
    Refused,

    /// <summary>The state of things does not allow it, whoever asks.</summary>
    Conflict,

    /// <summary>What was sent is not of the form that is expected.</summary>
    Malformed,

    /// <summary>What was sent is of the form that is expected, and what it says cannot be taken.</summary>
    Invalid,

    /// <summary>It was asked for too often.</summary>
    TooMany,

    /// <summary>What is needed for an answer is away; the same question may be answered later.</summary>
    Unavailable,
}
