using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.TrustedKeys.Events;

namespace DataBright.Market.Trust;

/// <summary>Trusted keys in the index. The contract holds no money.</summary>
internal sealed class TrustedKeyProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE trusted_keys (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL, role INTEGER NOT NULL, attestation INTEGER NOT NULL, evidence TEXT,
            revoked INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        """;

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (log.Address != into.Market.TrustedKeys || Contract.Find(log) is not { } @event) return false;
        Enter(into.Index, @event, entry);
        return true;
    }

    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) =>
        [new("TrustedKeys", market.TrustedKeys, 0)];

    private static void Enter(SqlSession index, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.KeyRegistered e:
                index.Run(
                    """
                    INSERT INTO trusted_keys (id, key, role, attestation, evidence, revoked, block, at)
                    VALUES ($1, $2, $3, $4, $5, 0, $6, $7)
                    """,
                    (ulong)checked((ushort)(ulong)e.KeyId), e.Key, ((TrustedRole)e.Role).Known(), ((Attestation)e.Attestation).Known(),
                    e.EvidenceDigest.IsZero ? null : e.EvidenceDigest.ToDigest(), entry.Block, entry.At);
                break;
            case Contract.KeyRevoked e:
                index.Change($"key {e.KeyId}", "UPDATE trusted_keys SET revoked = 1 WHERE id = $1", (ulong)e.KeyId);
                break;
        }
    }
}
