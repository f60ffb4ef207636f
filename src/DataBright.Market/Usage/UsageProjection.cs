using System.Numerics;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Usage.Events;

namespace DataBright.Market.Usage;

/// <summary>What the events of usage dividends change in the index.</summary>
internal sealed class UsageProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE usage_postings (
            job INTEGER PRIMARY KEY, state INTEGER NOT NULL, poster TEXT NOT NULL, challenger TEXT, root TEXT NOT NULL, unclaimed BLOB NOT NULL,
            until INTEGER NOT NULL, evidence BLOB NOT NULL, reason TEXT, upheld INTEGER, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE usage_claims (
            job INTEGER NOT NULL, contributor TEXT NOT NULL, amount BLOB NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX usage_claims_of ON usage_claims (contributor, block, log);
        """;

    public override string? Creditors =>
        "SELECT poster FROM usage_postings UNION SELECT challenger FROM usage_postings WHERE challenger IS NOT NULL";

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (log.Address != into.Market.Usage || Contract.Find(log) is not { } @event) return false;
        Enter(into.Index, into.Market.Usage, @event, entry);
        return true;
    }

    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) =>
        [new("Usage", market.Usage, Units(DustReserve.Sum) + Unclaimed(index) + Credits(index, market.Usage))
            { Bonds = new(Bonds(index), Generated.Usage.Bond(market.Usage)) }];

    private static void Enter(SqlSession index, Address contract, IContractEvent @event, LogEntry entry)
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
                index.Change(
                    $"the usage of job {e.JobId}",
                    "UPDATE usage_postings SET state = $2, challenger = $3, until = $4, reason = $5 WHERE job = $1",
                    (ulong)e.JobId, UsageState.Challenged, e.Challenger, (ulong)e.Until, e.Reason);
                break;
            case Contract.UsageRuled e:
                Ruled(index, e, entry);
                break;
            case Contract.UsageFinal e:
                index.Change(
                    $"the usage of job {e.JobId}", "UPDATE usage_postings SET state = $2, root = $3, unclaimed = $4 WHERE job = $1",
                    (ulong)e.JobId, UsageState.Final, e.Root, e.Total);
                break;
            case Contract.UsageClaimed e:
                index.Run(
                    "INSERT INTO usage_claims (job, contributor, amount, block, log, at) VALUES ($1, $2, $3, $4, $5, $6)",
                    (ulong)e.JobId, e.Contributor, e.Amount, entry.Block, entry.Log, entry.At);
                var left = checked(index.Amount("SELECT unclaimed FROM usage_postings WHERE job = $1", (ulong)e.JobId) - (UInt128)e.Amount);
                index.Change($"the usage of job {e.JobId}", "UPDATE usage_postings SET unclaimed = $2 WHERE job = $1",
                    (ulong)e.JobId, left);
                break;
            case Contract.CreditGiven e: CreditBook.Give(index, contract, e.Account, (UInt128)e.Amount); break;
            case Contract.CreditWithdrawn e: CreditBook.Withdraw(index, contract, e.Account, (UInt128)e.Amount); break;
        }
    }

    /// <summary>Where nobody had posted, the referee's word is the posting, and its evidence the only one.</summary>
    private static void Ruled(SqlSession index, Contract.UsageRuled ruled, LogEntry entry) => index.Run(
        """
        INSERT INTO usage_postings (job, state, poster, root, unclaimed, until, evidence, upheld, block, at) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9)
        ON CONFLICT (job) DO UPDATE SET upheld = $7
        """,
        (ulong)ruled.JobId, UsageState.Final, ruled.Referee, ruled.Root, ruled.Total, Cid.Raw(ruled.EvidenceDigest.ToDigest()).ToBytes(),
        ruled.Upheld ? 1L : 0L,
        entry.Block, entry.At);

    /// <summary>What contributors have not claimed of what is final.</summary>
    private static BigInteger Unclaimed(SqlSession index) => Sum(index.List(
        "SELECT unclaimed FROM usage_postings WHERE state NOT IN ($1, $2)", row => Units(row.Money()), UsageState.Posted,
        UsageState.Challenged));

    /// <summary>One of whoever posted and one of whoever challenged.</summary>
    private static int Bonds(SqlSession index) => index.List(
        "SELECT state FROM usage_postings WHERE state IN ($1, $2)", row => (UsageState)row.Int(), UsageState.Posted, UsageState.Challenged)
        .Sum(state => state == UsageState.Challenged ? 2 : 1);
}
