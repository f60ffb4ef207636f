using DataBright.Market;

namespace DataBright.Node.Configuration;

/// <summary>What a node takes in, from whom, and how much of it.</summary>
public sealed record UploadTerms
{
    /// <summary>The longest file.</summary>
    public long MaxBytes { get; init; } = 4L << 30;

    /// <summary>Unfinished uploads of everybody together.</summary>
    public int MaxOpen { get; init; } = 64;

    /// <summary>Unfinished uploads of one account.</summary>
    public int MaxOpenEach { get; init; } = 8;

    /// <summary>
    /// Files of one account within <see cref="Lifetime"/>, finished ones and empty ones, too: each of them is remembered.
    /// </summary>
    public int MaxEach { get; init; } = 1_000;

    /// <summary>Bytes of one account within <see cref="Lifetime"/>, whether they have come or were only announced.</summary>
    public long MaxBytesEach { get; init; } = 16L << 30;

    /// <summary>
    /// Signed requests of one account within ten minutes, for which its signatures are remembered: pieces of four megabytes for twenty
    /// gigabytes.
    /// </summary>
    public int MaxRequestsEach { get; init; } = 5_000;

    /// <summary>Bytes of the disk that uploads leave free.</summary>
    public long DiskFloor { get; init; } = 1L << 30;

    /// <summary>How long an upload may take, and how long a finished one is remembered.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a finished file is kept that the ledger does not name. One that it names, or that somebody else put there too, stays.
    /// </summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Dollars that an account has on the ledger at least: keys are free, so a limit for each key would limit nobody.</summary>
    public Money MinMoney { get; init; } = Money.Dollars(1);

    /// <summary>
    /// Whether programs on this machine may upload without a signature. For a node with an embedded chain; not where <see cref="Hosts"/>
    /// are named, nor for what a proxy on the same machine passes on: everybody's requests would come from here.
    /// </summary>
    public bool OpenOnThisMachine { get; init; }

    /// <summary>The node's public names, as <c>host</c> or <c>host:port</c>; where it listens itself is one without being named.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}
