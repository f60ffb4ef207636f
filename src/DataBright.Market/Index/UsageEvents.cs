using DataBright.Ethereum;
using DataBright.Market.Shares;
using DataBright.Market.Sql;
using Contract = DataBright.Market.Generated.Usage.Events;

namespace DataBright.Market.Index;

/// <summary>What the events of usage dividends change in the index.</summary>
internal static class UsageEvents
{
    public static void Apply(SqlSession index, Address contract, IContractEvent @event, Entry entry)
    {
        switch (@event)
        {
            case Contract.UsagePosted e:
                index.Run(
                    """
                    INSERT INTO usage_postings (job, state, poster, root, unclaimed, until, evidence, block, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    """,
                    (ulong)e.JobId, UsageState.Posted, e.Poster, e.Root, e.Total, (ulong)e.Until, e.EvidenceCid, entry.Block, entry.At);
                break;
            case Contract.UsageChallenged e:
                index.Run(
                    "UPDATE usage_postings SET state = $2, challenger = $3, until = $4, reason = $5 WHERE job = $1",
                    (ulong)e.JobId, UsageState.Challenged, e.Challenger, (ulong)e.Until, e.Reason);
                break;
            case Contract.UsageRuled e:
                index.Run("UPDATE usage_postings SET upheld = $2 WHERE job = $1", (ulong)e.JobId, e.Upheld ? 1L : 0L);
                break;
            case Contract.UsageAbandoned e:
                index.Run("DELETE FROM usage_postings WHERE job = $1", (ulong)e.JobId);
                break;
            case Contract.UsageFinal e:
                index.Run(
                    "UPDATE usage_postings SET state = $2, root = $3, unclaimed = $4 WHERE job = $1", (ulong)e.JobId, UsageState.Final, e.Root, e.Total);
                break;
            case Contract.UsageLapsed e:
                index.Run(
                    "INSERT INTO usage_postings (job, state, poster, root, unclaimed, until, evidence, block, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    (ulong)e.JobId, UsageState.Lapsed, Address.Zero, Hash32.Zero, UInt128.Zero, 0ul, ReadOnlyMemory<byte>.Empty, entry.Block, entry.At);
                break;
            case Contract.UsageClaimed e:
                index.Run(
                    "INSERT INTO usage_claims (job, contributor, amount, block, log, at) VALUES ($1, $2, $3, $4, $5, $6)",
                    (ulong)e.JobId, e.Contributor, e.Amount, entry.Block, entry.Log, entry.At);
                var left = index.Amount("SELECT unclaimed FROM usage_postings WHERE job = $1", (ulong)e.JobId) - (UInt128)e.Amount;
                index.Run("UPDATE usage_postings SET unclaimed = $2 WHERE job = $1", (ulong)e.JobId, left);
                break;
            case Contract.CreditGiven e: CreditBook.Give(index, contract, e.Account, (UInt128)e.Amount); break;
            case Contract.CreditWithdrawn e: CreditBook.Withdraw(index, contract, e.Account, (UInt128)e.Amount); break;
        }
    }
}
