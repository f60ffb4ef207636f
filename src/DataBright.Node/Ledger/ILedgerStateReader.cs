namespace DataBright.Node.Ledger;

/// <summary>Tells how far this node has read the ledger.</summary>
public interface ILedgerStateReader
{
    Task<LedgerState> ReadAsync(CancellationToken stop);
}
