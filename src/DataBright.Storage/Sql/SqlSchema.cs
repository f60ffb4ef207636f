namespace DataBright.Storage.Sql;

/// <summary>What a power cut may take from a file. In either case the file stays whole.</summary>
public enum SqlDurability
{
    /// <summary>The last transactions: what they held can be had again, or is not missed.</summary>
    Derived,

    /// <summary>Nothing that was committed.</summary>
    Precious,
}

/// <summary>A kind of database file: what it is called, how it is known, and the changes that made it what it is.</summary>
public sealed record SqlSchema
{
    /// <summary>Whose database it is, as in "the scheduler's database".</summary>
    public required string Owner { get; init; }

    public required SqlDurability Durability { get; init; }

    /// <summary>
    /// A query without rows that succeeds on every version of this kind of file, and on no other kind: it names a table and columns that
    /// stay.
    /// </summary>
    public required string Probe { get; init; }

    /// <summary>In the order of their versions. The first makes the tables, whatever an older file may hold.</summary>
    public required IReadOnlyList<SqlChange> Changes { get; init; }

    /// <summary>What can be done without the file, as the end of a sentence that begins "or …".</summary>
    public required string Otherwise { get; init; }

    /// <summary>Whether the file is copied before it is changed, because what it holds cannot be had again.</summary>
    public bool IsCopied { get; init; }

    /// <summary>How long a statement waits for another process that holds the file.</summary>
    public TimeSpan Busy { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Further settings of each connection, as SQL.</summary>
    public string Tuning { get; init; } = "";

    /// <summary>How a value that is no text, whole number or bytes is stored.</summary>
    public Func<object, object> Stored { get; init; } = SqlValues.Stored;

    /// <summary>The version that this program reads and writes.</summary>
    public int Version => Changes[^1].Version;
}

/// <summary>One change of a schema.</summary>
/// <param name="Version">What <c>PRAGMA user_version</c> says afterwards.</param>
/// <param name="Apply">Makes the change; runs in a transaction of its own, together with the new number.</param>
public sealed record SqlChange(int Version, Action<SqlSession> Apply);
