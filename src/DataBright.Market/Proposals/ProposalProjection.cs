using System.Numerics;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Market.Proposals;

/// <summary>What the events of proposals change in the index.</summary>
internal sealed class ProposalProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE proposals (
            id INTEGER PRIMARY KEY, dataset INTEGER NOT NULL, kind INTEGER NOT NULL, state INTEGER NOT NULL, shard TEXT NOT NULL, cid BLOB,
            count INTEGER NOT NULL, contributor TEXT NOT NULL, snapshot INTEGER NOT NULL, supply BLOB NOT NULL, deadline INTEGER NOT NULL,
            bond BLOB NOT NULL, bond_withdrawn INTEGER NOT NULL, reason TEXT NOT NULL, shielded INTEGER NOT NULL, extended INTEGER NOT NULL,
            yes BLOB NOT NULL, no BLOB NOT NULL, minted BLOB, accuracy_before INTEGER, accuracy_after INTEGER, lower_end INTEGER, points INTEGER,
            copies INTEGER, checkpoint TEXT, job INTEGER, referee TEXT, evaluations INTEGER, under_review INTEGER NOT NULL, judged_yes INTEGER NOT NULL, judged_no INTEGER NOT NULL, appealed_by TEXT,
            block INTEGER NOT NULL, at INTEGER NOT NULL, ended_at INTEGER);
        CREATE INDEX proposals_dataset ON proposals (dataset, id);
        CREATE INDEX proposals_open ON proposals (dataset) WHERE state = 1;
        CREATE TABLE evaluations (
            proposal INTEGER NOT NULL, job INTEGER NOT NULL, accuracy_before INTEGER NOT NULL, accuracy_after INTEGER NOT NULL, lower_end INTEGER NOT NULL,
            points INTEGER NOT NULL, copies INTEGER NOT NULL, checkpoint TEXT NOT NULL, referee TEXT NOT NULL);
        CREATE UNIQUE INDEX evaluations_job ON evaluations (proposal, job);
        CREATE TABLE votes (
            proposal INTEGER NOT NULL, voter TEXT NOT NULL, choice INTEGER NOT NULL, weight BLOB NOT NULL, reason TEXT NOT NULL,
            block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX votes_voter ON votes (proposal, voter);
        CREATE INDEX votes_order ON votes (proposal, block, log);
        CREATE TABLE judgements (
            proposal INTEGER NOT NULL, curator TEXT NOT NULL, choice INTEGER NOT NULL, reason TEXT NOT NULL, block INTEGER NOT NULL,
            log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX judgements_curator ON judgements (proposal, curator);
        CREATE TABLE vote_commitments (proposal INTEGER NOT NULL, voter TEXT NOT NULL, commitment TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX vote_commitments_voter ON vote_commitments (proposal, voter);
        """;

    public override string? Creditors => "SELECT contributor FROM proposals";

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (log.Address != into.Market.Proposals || Contract.Events.Find(log) is not { } @event) return false;
        Enter(into.Index, @event, entry);
        return true;
    }

    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) =>
        [new("Proposals", market.Proposals, Units(DustReserve.Sum) + Bonds(index))];

    private static void Enter(SqlSession index, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.Events.Proposed e:
                Open(index, (ulong)e.ProposalId, (ulong)e.DatasetId, ProposalKind.Listing, e.ShardRoot, e.Cid, (ulong)e.Count,
                    e.Contributor,
                    (ulong)e.Snapshot, (ulong)e.Deadline, "", entry);
                break;
            case Contract.Events.DelistingProposed e:
                Open(index, (ulong)e.ProposalId, (ulong)e.DatasetId, ProposalKind.Delisting, e.ShardRoot, null, 0, e.Proposer,
                    (ulong)e.Snapshot, (ulong)e.Deadline, e.Reason, entry);
                break;
            case Contract.Events.ReplacementProposed e:
                Open(index, (ulong)e.ProposalId, (ulong)e.DatasetId, ProposalKind.Replacement,
                    new Replacement(Numbered(e.ReplacedId), Numbered(e.ModelId), e.Metric).ToSubject(), null, 0, e.Proposer,
                    (ulong)e.Snapshot, (ulong)e.Deadline, e.Reason, entry);
                break;
            case Contract.Events.VoteCommitted e:
                index.Run(
                    "INSERT INTO vote_commitments (proposal, voter, commitment, at) VALUES ($1, $2, $3, $4) " +
                    "ON CONFLICT (proposal, voter) DO UPDATE SET commitment = $3, at = $4",
                    (ulong)e.ProposalId, e.Voter, e.Commitment, entry.At);
                break;
            case Contract.Events.Voted e: Voted(index, e, entry); break;
            case Contract.Events.VoteExplained e:
                index.Change($"a vote of {e.Voter}", "UPDATE votes SET reason = $3 WHERE proposal = $1 AND voter = $2", (ulong)e.ProposalId,
                    e.Voter, e.Reason);
                break;
            case Contract.Events.Judged e:
                index.Run(
                    "INSERT INTO judgements (proposal, curator, choice, reason, block, log, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    (ulong)e.ProposalId, e.Curator, ((Choice)e.Choice).Known(), e.Reason, entry.Block, entry.Log, entry.At);
                index.Change(
                    $"proposal {e.ProposalId}", (Choice)e.Choice == Choice.Yes
                        ? "UPDATE proposals SET judged_yes = judged_yes + 1 WHERE id = $1"
                        : "UPDATE proposals SET judged_no = judged_no + 1 WHERE id = $1",
                    (ulong)e.ProposalId);
                break;
            case Contract.Events.Appealed e:
                index.Change(
                    $"proposal {e.ProposalId}",
                    "UPDATE proposals SET under_review = 0, shielded = 0, deadline = $2, appealed_by = $3 WHERE id = $1",
                    (ulong)e.ProposalId, (ulong)e.Deadline, e.Holder);
                break;
            case Contract.Events.DeadlineExtended e:
                index.Change($"proposal {e.ProposalId}", "UPDATE proposals SET deadline = $2, extended = 1 WHERE id = $1",
                    (ulong)e.ProposalId, (ulong)e.Deadline);
                break;
            case Contract.Events.EvaluationPosted e:
                Measured(index, e);
                break;
            case Contract.Events.ProposalFinalised e:
                // Votes are counted one by one; what a review ends with are heads and not shares.
                index.Change(
                    $"proposal {e.ProposalId}", "UPDATE proposals SET state = $2, ended_at = $3 WHERE id = $1", (ulong)e.ProposalId,
                    ((ProposalState)e.State).Known(), entry.At);
                break;
            case Contract.Events.ProposalDelisted e:
                index.Change($"proposal {e.ProposalId}", "UPDATE proposals SET state = $2 WHERE id = $1", (ulong)e.ProposalId,
                    ProposalState.Delisted);
                break;
            case Contract.Events.BondWithdrawn e:
                index.Change($"proposal {e.ProposalId}", "UPDATE proposals SET bond_withdrawn = 1 WHERE id = $1", (ulong)e.ProposalId);
                break;
        }
    }

    private static ModelId? Numbered(Uint256 model) => model.IsZero ? null : new ModelId((ulong)model);

    private static void Open(
        SqlSession index, ulong id, ulong dataset, ProposalKind kind, Hash32 shard, ReadOnlyMemory<byte>? cid, ulong count,
        Address contributor,
        ulong snapshot, ulong deadline, string reason, LogEntry entry)
    {
        var policy = index.First("SELECT policy FROM datasets WHERE id = $1",
            row => JsonSerializer.Deserialize<DatasetPolicy>(row.Text())!, dataset)
            ?? throw new OddEventException($"It is for dataset {dataset}, which the ledger has not announced.");
        index.Run(
            """
            INSERT INTO proposals (id, dataset, kind, state, shard, cid, count, contributor, snapshot, supply, deadline, bond, bond_withdrawn,
                reason, shielded, extended, yes, no, block, at, under_review, judged_yes, judged_no)
            VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8,
                coalesce((SELECT supply FROM supplies WHERE dataset = $2 AND block <= $8 ORDER BY block DESC LIMIT 1), $12),
                $9, $10, 0, $11, $15, 0, $12, $12, $13, $14,
                $3 = 0 AND EXISTS (SELECT 1 FROM curators WHERE dataset = $2), 0, 0)
            """,
            id, dataset, kind, shard, cid, checked((int)count), contributor, snapshot, deadline, policy.ProposalBond, reason, UInt128.Zero,
            entry.Block, entry.At,
            policy.RevealPeriod > TimeSpan.Zero);
    }

    /// <summary>
    /// Enters the measurement, and sees which is the one in the middle now: of two the lower, and of equal ones as they were posted, as on
    /// the ledger.
    /// </summary>
    private static void Measured(SqlSession index, Contract.Events.EvaluationPosted posted)
    {
        var (proposal, one) = ((ulong)posted.ProposalId, posted.Evaluation);
        index.Run(
            """
            INSERT INTO evaluations (proposal, job, accuracy_before, accuracy_after, lower_end, points, copies, checkpoint, referee)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            proposal, (ulong)posted.JobId, (ulong)one.AccuracyBefore, (ulong)one.AccuracyAfter, (long)one.LowerEnd, (ulong)one.Points,
            (ulong)one.Copies, one.CheckpointHash.ToDigest(), posted.Referee);
        index.Change(
            $"proposal {proposal}",
            """
            UPDATE proposals SET (accuracy_before, accuracy_after, lower_end, points, copies, checkpoint, job, referee) =
                (SELECT accuracy_before, accuracy_after, lower_end, points, copies, checkpoint, job, referee FROM evaluations WHERE proposal = $1
                    ORDER BY lower_end, rowid LIMIT 1 OFFSET (SELECT (count(*) - 1) / 2 FROM evaluations WHERE proposal = $1)),
                evaluations = (SELECT count(*) FROM evaluations WHERE proposal = $1)
            WHERE id = $1
            """,
            proposal);
    }

    private static void Voted(SqlSession index, Contract.Events.Voted vote, LogEntry entry)
    {
        ulong proposal = (ulong)vote.ProposalId;
        index.Run(
            "INSERT INTO votes (proposal, voter, choice, weight, reason, block, log, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            proposal, vote.Voter, ((Choice)vote.Choice).Known(), vote.Weight, "", entry.Block, entry.Log, entry.At);
        var (read, write) = (Choice)vote.Choice == Choice.Yes
            ? ("SELECT yes FROM proposals WHERE id = $1", "UPDATE proposals SET yes = $2 WHERE id = $1")
            : ("SELECT no FROM proposals WHERE id = $1", "UPDATE proposals SET no = $2 WHERE id = $1");
        index.Change($"proposal {proposal}", write, proposal, checked(index.Amount(read, proposal) + (UInt128)vote.Weight));
    }

    /// <summary>Bonds are given back unless the proposal was rejected, which sends them to the shareholders at once.</summary>
    private static BigInteger Bonds(SqlSession index) => Sum(index.List(
        "SELECT bond FROM proposals WHERE bond_withdrawn = 0 AND state <> $1", row => Units(row.Money()), ProposalState.Rejected));
}
