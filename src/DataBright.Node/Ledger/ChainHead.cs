namespace DataBright.Node.Ledger;

/// <summary>The newest block as the chain said last; null from the moment it does not answer.</summary>
public sealed class ChainHead
{
    // One more than the number, so that one atomic word holds "unknown" too.
    private ulong _known;

    public ulong? Number
    {
        get => Volatile.Read(ref _known) is > 0 and var known ? known - 1 : null;
        set => Volatile.Write(ref _known, value is { } number ? number + 1 : 0);
    }
}
