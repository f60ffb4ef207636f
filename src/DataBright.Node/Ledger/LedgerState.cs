namespace DataBright.Node.Ledger;

/// <summary>How far this node has read the ledger.</summary>
/// <param name="Head">The chain's newest block as last heard; null while the chain has not answered.</param>
/// <param name="Indexed">The newest block whose events are in the index.</param>
/// <param name="At">The time of that block.</param>
public sealed record LedgerState(ulong ChainId, ulong? Head, ulong Indexed, Hash32 IndexedHash, DateTimeOffset At)
{
    /// <summary>Events of the market's contracts that could not be read, and are left out.</summary>
    public long Unreadable { get; init; }

    public ulong? Behind => Head is { } head ? head - Math.Min(head, Indexed) : null;
}
