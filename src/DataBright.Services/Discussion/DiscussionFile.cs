using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Services.Discussion;

/// <summary>
/// Which statements were taken, in SQLite. Their bytes are in the blob store as well, but only this file says which there are: back it up.
/// </summary>
internal sealed class DiscussionFile : IDisposable
{
    /// <summary>
    /// What was taken from somebody cannot be had again from the chain: it survives a power cut, and is copied before a change.
    /// </summary>
    internal static readonly SqlSchema Schema = new()
    {
        Owner = "discussion's",
        Durability = SqlDurability.Precious,
        Probe = "SELECT id, proposal, author, parent, root, text, cid, at FROM comments LIMIT 0",
        Changes = [new SqlChange(1, CreateTables)],
        Otherwise = "move it away to begin without what was said so far",
        IsCopied = true,
        Busy = TimeSpan.FromSeconds(3),
        Stored = LedgerColumns.Stored,
    };

    private readonly SqlStore _store;

    public DiscussionFile(string path) => _store = new SqlStore(path, Schema);

    /// <inheritdoc cref="SqlStore.LookAgain"/>
    public SqlFileException? Trouble => _store.LookAgain();

    /// <inheritdoc cref="SqlStore.Do{T}"/>
    public T Do<T>(Func<SqlSession, T> work) => _store.Do(work);

    /// <inheritdoc cref="SqlStore.Look{T}"/>
    public T Look<T>(Func<SqlSession, T> read) => _store.Look(read);

    public void Dispose() => _store.Dispose();

    public static StoredComment? Find(SqlSession file, Hash32 id) => file.First(
        "SELECT id, proposal, author, parent, root, text, cid, at FROM comments WHERE id = $1", Read, id);

    public static void Add(SqlSession file, StoredComment comment) => file.Run(
        "INSERT INTO comments (id, proposal, author, parent, root, text, cid, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        comment.Id, comment.Proposal, comment.Author, comment.Parent, comment.Root, comment.Text, comment.Cid.ToBytes(), comment.At);

    public static IReadOnlyList<StoredComment> Of(SqlSession file, ProposalId proposal) => file.List(
        "SELECT id, proposal, author, parent, root, text, cid, at FROM comments WHERE proposal = $1 ORDER BY at, id", Read, proposal);

    /// <summary>All wordings of one comment, the first one first.</summary>
    public static IReadOnlyList<StoredComment> WordingsOf(SqlSession file, Hash32 root) => file.List(
        "SELECT id, proposal, author, parent, root, text, cid, at FROM comments WHERE root = $1 ORDER BY at, id", Read, root);

    /// <summary>Which comments there are and what they answer, in the order of the first wordings; without their words.</summary>
    public static IReadOnlyList<PlacedComment> PlacesOf(SqlSession file, ProposalId proposal) => file.List(
        "SELECT id, parent FROM comments WHERE proposal = $1 AND id = root ORDER BY at, id",
        row => new PlacedComment(row.Hash(), row.OrNone(row.Hash), 0), proposal);

    public static StoredComment Latest(SqlSession file, Hash32 root) => file.First(
        "SELECT id, proposal, author, parent, root, text, cid, at FROM comments WHERE root = $1 ORDER BY at DESC, id DESC LIMIT 1",
        Read, root)!;

    public static IReadOnlyList<StoredHiding> HidingsOf(SqlSession file, ProposalId proposal) => file.List(
        "SELECT comment, voter, hidden, weight, quorum, at FROM hidings WHERE proposal = $1",
        row => new StoredHiding(row.Hash(), row.Address(), row.Bool(), row.Shares(), row.Shares(), row.Time()), proposal);

    /// <summary>All wishes about one comment.</summary>
    public static IReadOnlyList<StoredHiding> HidingsOf(SqlSession file, Hash32 comment) => file.List(
        "SELECT comment, voter, hidden, weight, quorum, at FROM hidings WHERE comment = $1",
        row => new StoredHiding(row.Hash(), row.Address(), row.Bool(), row.Shares(), row.Shares(), row.Time()), comment);

    public static StoredHiding? HidingOf(SqlSession file, Hash32 comment, Address voter) => file.First(
        "SELECT comment, voter, hidden, weight, quorum, at FROM hidings WHERE comment = $1 AND voter = $2",
        row => new StoredHiding(row.Hash(), row.Address(), row.Bool(), row.Shares(), row.Shares(), row.Time()), comment, voter);

    public static void Set(SqlSession file, ProposalId proposal, StoredHiding hiding, byte[] signature) => file.Run(
        """
        INSERT INTO hidings (comment, voter, proposal, hidden, weight, quorum, signature, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (comment, voter) DO UPDATE SET hidden = $4, weight = $5, quorum = $6, signature = $7, at = $8
        """,
        hiding.Comment, hiding.Voter, proposal, hiding.Hidden ? 1L : 0L, hiding.Weight, hiding.Quorum,
        (ReadOnlyMemory<byte>)signature, hiding.At);

    /// <summary>Statements on a proposal: of all, of one author, and of that author since a time.</summary>
    public static (long All, long OfAuthor, long Recent) Count(SqlSession file, ProposalId proposal, Address author,
        DateTimeOffset since) => (
        file.Number("SELECT (SELECT count(*) FROM comments WHERE proposal = $1) + (SELECT count(*) FROM hidings WHERE proposal = $1)",
            proposal),
        file.Number(
            """
            SELECT (SELECT count(*) FROM comments WHERE proposal = $1 AND author = $2)
                 + (SELECT count(*) FROM hidings WHERE proposal = $1 AND voter = $2)
            """,
            proposal, author),
        file.Number(
            """
            SELECT (SELECT count(*) FROM comments WHERE proposal = $1 AND author = $2 AND at > $3)
                + (SELECT count(*) FROM hidings WHERE proposal = $1 AND voter = $2 AND at > $3)
            """,
            proposal, author, since));

    /// <summary>Databright 0.1.0 made the same tables without a number, and not in one transaction.</summary>
    private static void CreateTables(SqlSession file) => file.Script(
        """
        CREATE TABLE IF NOT EXISTS comments (
            id TEXT PRIMARY KEY, proposal INTEGER NOT NULL, author TEXT NOT NULL, parent TEXT, root TEXT NOT NULL, text TEXT NOT NULL,
            cid BLOB NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS comments_proposal ON comments (proposal, at, id);
        CREATE INDEX IF NOT EXISTS comments_root ON comments (root, at, id);
        CREATE INDEX IF NOT EXISTS comments_author ON comments (proposal, author, at);
        CREATE TABLE IF NOT EXISTS hidings (
            comment TEXT NOT NULL, voter TEXT NOT NULL, proposal INTEGER NOT NULL, hidden INTEGER NOT NULL, weight BLOB NOT NULL, quorum BLOB NOT NULL,
            signature BLOB NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS hidings_voter ON hidings (comment, voter);
        """);

    private static StoredComment Read(SqlRow row) => new(
        row.Hash(), row.Id<ProposalId>(), row.Address(), row.OrNone(row.Hash), row.Hash(), row.Text(), Cid.FromBytes(row.Bytes()),
        row.Time());
}

/// <summary>One wording as it is stored.</summary>
/// <param name="Root">The id of the first wording, which may be itself.</param>
internal sealed record StoredComment(
    Hash32 Id, ProposalId Proposal, Address Author, Hash32? Parent, Hash32 Root, string Text, Cid Cid, DateTimeOffset At);

/// <summary>A wish to hide or show, with what it weighs: weights at a snapshot never change.</summary>
internal sealed record StoredHiding(Hash32 Comment, Address Voter, bool Hidden, ShareAmount Weight, ShareAmount Quorum, DateTimeOffset At);
