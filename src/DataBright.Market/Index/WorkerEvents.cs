using DataBright.Ethereum;
using DataBright.Market.Jobs;
using DataBright.Market.Sql;
using Contract = DataBright.Market.Generated.Workers.Events;
using Keys = DataBright.Market.Generated.TrustedKeys.Events;

namespace DataBright.Market.Index;

/// <summary>What the events of workers and of trusted keys change in the index.</summary>
internal static class WorkerEvents
{
    public static void Apply(SqlSession index, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.WorkerRegistered e:
                // It may have been here before: what it earned and lost then stays.
                index.Run(
                    """
                    INSERT INTO workers (address, registered, stake, minimum_fee, encryption_key, capabilities, earned, slashed, jobs, convictions, block, at)
                    VALUES ($1, 1, $2, $3, $4, $5, $6, $6, 0, 0, $7, $8)
                    ON CONFLICT (address) DO UPDATE SET registered = 1, stake = $2, minimum_fee = $3, encryption_key = $4, capabilities = $5,
                        exit_at = NULL, block = $7, at = $8
                    """,
                    e.Worker, e.Stake, e.MinimumFee, e.EncryptionKey, e.CapabilitiesDigest.ToDigest(), UInt128.Zero, entry.Block, entry.At);
                break;
            case Contract.MinimumFeeChanged e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET minimum_fee = $2 WHERE address = $1", e.Worker, e.MinimumFee);
                break;
            case Contract.StakeAdded e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET stake = $2 WHERE address = $1", e.Worker, e.Stake);
                break;
            case Contract.WorkerSlashed e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET stake = $2 WHERE address = $1", e.Worker, e.Stake);
                break;
            case Contract.ExitBegun e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET exit_at = $2 WHERE address = $1", e.Worker, (ulong)e.ExitAt);
                break;
            case Contract.StakeWithdrawn e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET registered = 0, stake = $2, exit_at = NULL WHERE address = $1", e.Worker, UInt128.Zero);
                break;
            case Keys.KeyRegistered e:
                index.Run(
                    "INSERT INTO trusted_keys (id, key, role, attestation, evidence, revoked, block, at) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)",
                    (ulong)checked((ushort)(ulong)e.KeyId), e.Key, ((TrustedRole)e.Role).Known(), ((Attestation)e.Attestation).Known(),
                    e.EvidenceDigest.IsZero ? null : e.EvidenceDigest.ToDigest(), entry.Block, entry.At);
                break;
            case Keys.KeyRevoked e:
                index.Change($"key {e.KeyId}", "UPDATE trusted_keys SET revoked = 1 WHERE id = $1", (ulong)e.KeyId);
                break;
        }
    }
}
