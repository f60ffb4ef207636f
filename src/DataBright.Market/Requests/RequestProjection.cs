using System.Numerics;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Requests.Events;

namespace DataBright.Market.Requests;

/// <summary>What the events of data requests change in the index.</summary>
internal sealed class RequestProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE requests (
            id INTEGER PRIMARY KEY, initiator TEXT NOT NULL, state INTEGER NOT NULL, description TEXT NOT NULL, schema TEXT NOT NULL,
            association INTEGER, reward BLOB NOT NULL, deadline INTEGER NOT NULL, voting_ends INTEGER, yes BLOB NOT NULL, no BLOB NOT NULL,
            dataset INTEGER, pot BLOB NOT NULL, paid BLOB NOT NULL, refunded BLOB NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX requests_state ON requests (state, id);
        CREATE TABLE request_sponsors (request INTEGER NOT NULL, sponsor TEXT NOT NULL, amount BLOB NOT NULL, refunded BLOB NOT NULL);
        CREATE UNIQUE INDEX request_sponsors_sponsor ON request_sponsors (request, sponsor);
        CREATE TABLE request_votes (
            request INTEGER NOT NULL, voter TEXT NOT NULL, choice INTEGER NOT NULL, weight BLOB NOT NULL, reason TEXT NOT NULL,
            block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX request_votes_order ON request_votes (request, block, log);
        CREATE TABLE request_answers (
            request INTEGER NOT NULL, dataset INTEGER NOT NULL, answerer TEXT NOT NULL, note TEXT NOT NULL, block INTEGER NOT NULL,
            log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX request_answers_order ON request_answers (request, block, log);
        CREATE TABLE request_rewards (
            request INTEGER NOT NULL, shard TEXT NOT NULL, contributor TEXT NOT NULL, amount BLOB NOT NULL, block INTEGER NOT NULL,
            log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX request_rewards_order ON request_rewards (request, block, log);
        """;

    public override string? Creditors => "SELECT sponsor FROM request_sponsors";

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (log.Address != into.Market.Requests || Contract.Find(log) is not { } @event) return false;
        Enter(into.Index, @event, entry);
        return true;
    }

    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) =>
        [new("Requests", market.Requests, Units(DustReserve.Sum) + Pots(index))];

    private static void Enter(SqlSession index, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.RequestOpened e: Opened(index, e, entry); break;
            case Contract.RequestSponsored e:
                var sponsored = index.Amount("SELECT amount FROM request_sponsors WHERE request = $1 AND sponsor = $2",
                    (ulong)e.RequestId, e.Sponsor);
                index.Run(
                    """
                    INSERT INTO request_sponsors (request, sponsor, amount, refunded) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (request, sponsor) DO UPDATE SET amount = $3
                    """,
                    (ulong)e.RequestId, e.Sponsor, checked(sponsored + (UInt128)e.Amount), UInt128.Zero);
                index.Change($"request {e.RequestId}", "UPDATE requests SET pot = $2 WHERE id = $1", (ulong)e.RequestId, e.Pot);
                break;
            case Contract.RequestVoted e: Voted(index, e, entry); break;
            case Contract.RequestVoteExtended e:
                index.Run("UPDATE requests SET voting_ends = $2 WHERE id = $1", (ulong)e.RequestId, (ulong)e.VotingEnds);
                break;
            case Contract.RequestDecided e:
                index.Change($"request {e.RequestId}", "UPDATE requests SET state = $2 WHERE id = $1", (ulong)e.RequestId,
                    ((RequestState)e.State).Known());
                break;
            case Contract.RequestAnswered e:
                if (index.Number("SELECT count(*) FROM requests WHERE id = $1", (ulong)e.RequestId) == 0)
                    throw new OddEventException($"It answers request {e.RequestId}, which the ledger has not announced.");
                index.Run(
                    "INSERT INTO request_answers (request, dataset, answerer, note, block, log, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    (ulong)e.RequestId, (ulong)e.DatasetId, e.By, e.Note, entry.Block, entry.Log, entry.At);
                break;
            case Contract.RequestAdopted e:
                index.Change($"request {e.RequestId}", "UPDATE requests SET dataset = $2 WHERE id = $1", (ulong)e.RequestId,
                    (ulong)e.DatasetId);
                break;
            case Contract.RewardPaid e:
                index.Run(
                    "INSERT INTO request_rewards (request, shard, contributor, amount, block, log, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    (ulong)e.RequestId, e.ShardRoot, e.Contributor, e.Amount, entry.Block, entry.Log, entry.At);
                Add(index, (ulong)e.RequestId, "paid", (UInt128)e.Amount);
                break;
            case Contract.RequestClosed e:
                index.Change($"request {e.RequestId}", "UPDATE requests SET state = $2 WHERE id = $1", (ulong)e.RequestId,
                    RequestState.Closed);
                break;
            case Contract.SponsorRefunded e:
                index.Change($"a sponsorship of {e.Sponsor}",
                    "UPDATE request_sponsors SET refunded = $3 WHERE request = $1 AND sponsor = $2", (ulong)e.RequestId,
                    e.Sponsor, e.Amount);
                Add(index, (ulong)e.RequestId, "refunded", (UInt128)e.Amount);
                break;
        }
    }

    private static void Opened(SqlSession index, Contract.RequestOpened opened, LogEntry entry)
    {
        var ask = opened.Ask;
        index.Run(
            """
            INSERT INTO requests (id, initiator, state, description, schema, association, reward, deadline, voting_ends, yes, no, pot, paid, refunded, block, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $10, $10, $10, $11, $12)
            """,
            (ulong)opened.RequestId, opened.Initiator, ask.Association == 0 ? RequestState.Listed : RequestState.Voting,
            ask.MetadataDigest.ToDigest(),
            ask.SchemaHash.ToDigest(), ask.Association == 0 ? null : (ulong)ask.Association, ask.RewardPerPoint, (ulong)ask.Deadline,
            ask.Association == 0 ? null : (ulong)opened.VotingEnds, UInt128.Zero, entry.Block, entry.At);
    }

    private static void Voted(SqlSession index, Contract.RequestVoted vote, LogEntry entry)
    {
        index.Run(
            "INSERT INTO request_votes (request, voter, choice, weight, reason, block, log, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            (ulong)vote.RequestId, vote.Voter, ((Choice)vote.Choice).Known(), vote.Weight, vote.Reason, entry.Block, entry.Log, entry.At);
        Add(index, (ulong)vote.RequestId, (Choice)vote.Choice == Choice.Yes ? "yes" : "no", (UInt128)vote.Weight);
    }

    /// <param name="column">One of ours, never a stranger's text.</param>
    private static void Add(SqlSession index, ulong request, string column, UInt128 amount)
    {
        var sum = checked(index.Amount($"SELECT {column} FROM requests WHERE id = $1", request) + amount);
        index.Change($"request {request}", $"UPDATE requests SET {column} = $2 WHERE id = $1", request, sum);
    }

    private static BigInteger Pots(SqlSession index) =>
        Sum(index.List("SELECT pot, paid, refunded FROM requests", row => Units(row.Money()) - Units(row.Money()) - Units(row.Money())));
}
