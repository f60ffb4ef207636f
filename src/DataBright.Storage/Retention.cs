namespace DataBright.Storage;

/// <summary>How long a store has to keep a file: for good, or until a time from which on it may be removed.</summary>
public readonly record struct Retention
{
    private Retention(DateTimeOffset end) => End = end;

    /// <summary>The file stays.</summary>
    public static Retention ForGood => default;

    /// <summary>When the file expires; null where it never does.</summary>
    public DateTimeOffset? End { get; }

    /// <summary>The file may be removed from a time on, unless it is stored for good as well.</summary>
    public static Retention Until(DateTimeOffset end) => new(end);
}
