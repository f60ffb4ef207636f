using DataBright.Market.Sql;

namespace DataBright.Market.Index;

/// <summary>The tables of the index, and the triggers that write down how to undo every change.</summary>
internal static class IndexSchema
{
    /// <summary>Raised with every change below: an older index is built anew.</summary>
    public const int Version = 9;

    /// <summary>One change makes all tables: everything in them is on the chain, so an older index is read again and not converted.</summary>
    public static readonly SqlSchema Schema = new()
    {
        Owner = "index's",
        Durability = SqlDurability.Derived,
        Probe = "SELECT id, market, cursor FROM position LIMIT 0",
        Changes = [new SqlChange(Version, CreateEmpty)],
        Otherwise = "delete it: it is built anew from the chain",
        Tuning = "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
        Stored = LedgerColumns.Stored,
    };

    private const string Tables = """
        CREATE TABLE datasets (
            id INTEGER PRIMARY KEY, initiator TEXT NOT NULL, share_token TEXT NOT NULL UNIQUE, name TEXT NOT NULL, symbol TEXT NOT NULL,
            description TEXT NOT NULL, schema TEXT NOT NULL, held_out TEXT NOT NULL, measurement TEXT NOT NULL, policy TEXT NOT NULL, version_root TEXT NOT NULL,
            points INTEGER NOT NULL, shards INTEGER NOT NULL, supply BLOB NOT NULL, holders INTEGER NOT NULL, revenue BLOB NOT NULL,
            claimed BLOB NOT NULL, best_model INTEGER, best_metric INTEGER, replaced_by INTEGER, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE shards (
            dataset INTEGER NOT NULL, number INTEGER NOT NULL, root TEXT NOT NULL, cid BLOB NOT NULL, count INTEGER NOT NULL,
            contributor TEXT NOT NULL, proposal INTEGER, minted BLOB NOT NULL, delisted INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX shards_number ON shards (dataset, number);
        CREATE UNIQUE INDEX shards_root ON shards (dataset, root);
        CREATE INDEX shards_contributor ON shards (contributor, dataset);
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
        CREATE TABLE curators (dataset INTEGER NOT NULL, curator TEXT NOT NULL);
        CREATE UNIQUE INDEX curators_dataset ON curators (dataset, curator);
        CREATE TABLE judgements (
            proposal INTEGER NOT NULL, curator TEXT NOT NULL, choice INTEGER NOT NULL, reason TEXT NOT NULL, block INTEGER NOT NULL,
            log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX judgements_curator ON judgements (proposal, curator);
        CREATE TABLE vote_commitments (proposal INTEGER NOT NULL, voter TEXT NOT NULL, commitment TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX vote_commitments_voter ON vote_commitments (proposal, voter);
        CREATE TABLE holdings (dataset INTEGER NOT NULL, holder TEXT NOT NULL, shares BLOB NOT NULL, claimed BLOB NOT NULL);
        CREATE UNIQUE INDEX holdings_holder ON holdings (dataset, holder);
        CREATE INDEX holdings_size ON holdings (dataset, shares, holder);
        CREATE INDEX holdings_of ON holdings (holder, dataset);
        CREATE TABLE supplies (dataset INTEGER NOT NULL, block INTEGER NOT NULL, supply BLOB NOT NULL);
        CREATE UNIQUE INDEX supplies_block ON supplies (dataset, block);
        CREATE TABLE deposits (
            dataset INTEGER NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL, payer TEXT NOT NULL,
            amount BLOB NOT NULL, supply BLOB NOT NULL);
        CREATE UNIQUE INDEX deposits_order ON deposits (dataset, block, log);
        CREATE TABLE claims (
            dataset INTEGER NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL, holder TEXT NOT NULL, amount BLOB NOT NULL);
        CREATE UNIQUE INDEX claims_order ON claims (dataset, block, log);
        CREATE TABLE models (
            id INTEGER PRIMARY KEY, dataset INTEGER NOT NULL, owner TEXT NOT NULL, checkpoint TEXT NOT NULL, architecture TEXT NOT NULL,
            card TEXT, cid BLOB NOT NULL, private INTEGER NOT NULL, job INTEGER, metric INTEGER NOT NULL, price BLOB NOT NULL,
            royalty INTEGER NOT NULL, income BLOB NOT NULL, earned BLOB NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX models_dataset ON models (dataset, id);
        CREATE INDEX models_job ON models (job) WHERE job IS NOT NULL;
        CREATE TABLE model_parents (model INTEGER NOT NULL, parent INTEGER NOT NULL);
        CREATE UNIQUE INDEX model_parents_up ON model_parents (model, parent);
        CREATE INDEX model_parents_down ON model_parents (parent, model);
        CREATE TABLE appointments (model INTEGER NOT NULL, worker TEXT NOT NULL, worker_bps INTEGER NOT NULL, serves INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX appointments_worker ON appointments (model, worker);
        CREATE TABLE channels (
            id INTEGER PRIMARY KEY, state INTEGER NOT NULL, model INTEGER NOT NULL, buyer TEXT NOT NULL, signer TEXT NOT NULL, worker TEXT NOT NULL,
            worker_bps INTEGER NOT NULL, deposit BLOB NOT NULL, settled BLOB NOT NULL, settlements INTEGER NOT NULL, closes_at INTEGER,
            block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX channels_model ON channels (model, id);
        CREATE INDEX channels_buyer ON channels (buyer, id);
        CREATE INDEX channels_worker ON channels (worker, id);
        CREATE TABLE distributions (
            model INTEGER NOT NULL, amount BLOB NOT NULL, dataset_part BLOB NOT NULL, owner_part BLOB NOT NULL, block INTEGER NOT NULL,
            log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX distributions_order ON distributions (model, block, log);
        CREATE TABLE royalties (
            model INTEGER NOT NULL, parent INTEGER NOT NULL, amount BLOB NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX royalties_order ON royalties (parent, block, log);
        CREATE TABLE contract_credits (contract TEXT NOT NULL, account TEXT NOT NULL, owed BLOB NOT NULL, withdrawn BLOB NOT NULL);
        CREATE UNIQUE INDEX contract_credits_account ON contract_credits (account, contract);
        CREATE TABLE usage_postings (
            job INTEGER PRIMARY KEY, state INTEGER NOT NULL, poster TEXT NOT NULL, challenger TEXT, root TEXT NOT NULL, unclaimed BLOB NOT NULL,
            until INTEGER NOT NULL, evidence BLOB NOT NULL, reason TEXT, upheld INTEGER, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE usage_claims (
            job INTEGER NOT NULL, contributor TEXT NOT NULL, amount BLOB NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX usage_claims_of ON usage_claims (contributor, block, log);
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
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, state INTEGER NOT NULL, dataset INTEGER NOT NULL, proposal INTEGER, buyer TEXT NOT NULL,
            plan TEXT NOT NULL, scheduler TEXT NOT NULL, referee TEXT NOT NULL, redundancy INTEGER NOT NULL, pay BLOB NOT NULL,
            dataset_fee BLOB NOT NULL, deadline INTEGER NOT NULL, seed_hash TEXT, beacon TEXT, assignment_root TEXT,
            commits_root TEXT, before_anchor TEXT, result TEXT, metric INTEGER, pay_root TEXT, previous TEXT, paid BLOB, transcript TEXT NOT NULL,
            usage BLOB, convictions INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX jobs_dataset ON jobs (dataset, id);
        CREATE INDEX jobs_open ON jobs (state) WHERE state < 5;
        CREATE TABLE job_steps (job INTEGER NOT NULL, state INTEGER NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX job_steps_job ON job_steps (job, block, log);
        CREATE TABLE job_workers (job INTEGER NOT NULL, worker TEXT NOT NULL);
        CREATE UNIQUE INDEX job_workers_job ON job_workers (job, worker);
        CREATE TABLE job_payments (
            job INTEGER NOT NULL, receiver TEXT NOT NULL, purpose INTEGER NOT NULL, amount BLOB NOT NULL, block INTEGER NOT NULL,
            log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX job_payments_job ON job_payments (job, block, log);
        CREATE TABLE convictions (
            job INTEGER NOT NULL, worker TEXT NOT NULL, reporter TEXT NOT NULL, evidence TEXT NOT NULL, slashed BLOB NOT NULL,
            block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX convictions_job ON convictions (job, worker);
        CREATE INDEX convictions_worker ON convictions (worker, block);
        CREATE TABLE workers (
            number INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, registered INTEGER NOT NULL, stake BLOB NOT NULL, minimum_fee BLOB NOT NULL,
            encryption_key BLOB NOT NULL, capabilities TEXT NOT NULL, exit_at INTEGER, earned BLOB NOT NULL, slashed BLOB NOT NULL,
            jobs INTEGER NOT NULL, convictions INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE trusted_keys (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL, role INTEGER NOT NULL, attestation INTEGER NOT NULL, evidence TEXT,
            revoked INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE unreadable (
            block INTEGER NOT NULL, log INTEGER NOT NULL, contract TEXT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX unreadable_order ON unreadable (block, log);
        CREATE TABLE credits (account TEXT PRIMARY KEY, owed BLOB NOT NULL, withdrawn BLOB NOT NULL);
        """;

    // Not part of what is undone: where reading is, and the undo log itself.
    private const string Bookkeeping = """
        CREATE TABLE position (
            id INTEGER PRIMARY KEY CHECK (id = 1), market TEXT NOT NULL, cursor TEXT NOT NULL, block INTEGER NOT NULL, hash TEXT NOT NULL,
            at INTEGER NOT NULL, writing INTEGER NOT NULL, undo_from INTEGER);
        CREATE TABLE undo (id INTEGER PRIMARY KEY, block INTEGER NOT NULL, statement TEXT NOT NULL);
        CREATE INDEX undo_block ON undo (block);
        """;

    /// <summary>Drops everything and starts again empty. Within the caller's transaction, so that readers see the old or the new.</summary>
    public static void CreateEmpty(SqlSession index)
    {
        foreach (var table in TablesIn(index)) index.Script($"DROP TABLE {table};");
        index.Script(Tables);
        foreach (var table in TablesIn(index)) index.Script(UndoTriggers(table, ColumnsOf(index, table)));
        index.Script(Bookkeeping);
    }

    /// <summary>Everything that is derived from the chain, as text: two indexes that say the same are the same.</summary>
    public static IEnumerable<string> Contents(SqlSession index) =>
        from table in TablesIn(index).Except(["position", "undo"]).Order(StringComparer.Ordinal)
        let columns = string.Join(" || '|' || ", ColumnsOf(index, table).Where(column => (table, column) != ("workers", "number")).Select(column => $"quote({column})"))
        from line in index.List($"SELECT {columns} FROM {table} ORDER BY 1", row => row.Text())
        select $"{table}: {line}";

    private static IReadOnlyList<string> TablesIn(SqlSession index) =>
        index.List("SELECT name FROM sqlite_master WHERE type = 'table'", row => row.Text());

    private static IReadOnlyList<string> ColumnsOf(SqlSession index, string table) =>
        index.List($"SELECT name FROM pragma_table_info('{table}')", row => row.Text());

    /// <summary>
    /// Three triggers per table that write the opposite statement down, as SQLite's documentation describes for undo.
    /// So a reorganisation is taken back by running the opposites, whatever the change was.
    /// </summary>
    private static string UndoTriggers(string table, IReadOnlyList<string> columns)
    {
        string assigned = string.Join(" || ',' || ", columns.Select(column => $"'{column}=' || quote(old.{column})"));
        string values = string.Join(" || ',' || ", columns.Select(column => $"quote(old.{column})"));
        const string when = "WHEN (SELECT undo_from IS NOT NULL FROM position)";
        string Write(string statement) => $"INSERT INTO undo (block, statement) SELECT writing, {statement} FROM position;";
        return $"""
            CREATE TRIGGER {table}_inserted AFTER INSERT ON {table} {when} BEGIN
                {Write($"'DELETE FROM {table} WHERE rowid=' || new.rowid")} END;
            CREATE TRIGGER {table}_updated AFTER UPDATE ON {table} {when} BEGIN
                {Write($"'UPDATE {table} SET ' || {assigned} || ' WHERE rowid=' || old.rowid")} END;
            CREATE TRIGGER {table}_deleted AFTER DELETE ON {table} {when} BEGIN
                {Write($"'INSERT INTO {table} (rowid,{string.Join(',', columns)}) VALUES (' || old.rowid || ',' || {values} || ')'")} END;
            """;
    }
}
