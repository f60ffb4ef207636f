using DataBright.Ethereum;
using DataBright.Storage;
using DataBright.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace DataBright.Market.Index;

/// <summary>An event that is not entered: it contradicts what is in the index, or says something that no column holds.</summary>
internal sealed class OddEventException(string message) : DataBrightException(FailureKind.Malformed, message);

/// <summary>An event of the market's contracts that could not be read. Everything else of its block is in the index.</summary>
/// <param name="Block">The block that has it.</param>
/// <param name="Log">Its place in the block.</param>
/// <param name="Contract">The contract that logged it.</param>
/// <param name="Topic">Its first topic, which says what kind of event it is; zero where it has none.</param>
/// <param name="Reason">Why it could not be read.</param>
/// <param name="At">When the block was made.</param>
public sealed record UnreadableEvent(ulong Block, uint Log, Address Contract, Hash32 Topic, string Reason, DateTimeOffset At);

/// <summary>What tells an event that cannot be read from an index that cannot be written.</summary>
internal static class OddEvents
{
    private const int LongestReason = 300;

    /// <summary>Changes the one thing that an event is about.</summary>
    /// <exception cref="OddEventException">There is no such thing here.</exception>
    public static void Change(this SqlSession index, string what, string sql, params ReadOnlySpan<object?> values)
    {
        if (index.Run(sql, values) == 0) throw new OddEventException($"It is about {what}, which the ledger has not announced.");
    }

    /// <summary>The value, if it is one that this program knows.</summary>
    /// <exception cref="OddEventException">It is none.</exception>
    public static T Known<T>(this T value) where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw new OddEventException($"{value:D} is no {typeof(T).Name} that is known.");

    /// <summary>Whether entering an event failed because of the event: not for lack of room, of memory or of a whole file.</summary>
    public static bool IsOfEvent(Exception fault) => fault switch
    {
        SqliteException sql => sql.SqliteErrorCode is SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_MISMATCH,
        OperationCanceledException or OutOfMemoryException or IOException or BlobException or ObjectDisposedException => false,
        _ => true,
    };

    public static void Keep(SqlSession index, Log log, LogEntry entry, Exception fault)
    {
        var reason = fault.Message.ReplaceLineEndings(" ");
        index.Run(
            "INSERT INTO unreadable (block, log, contract, topic, reason, at) VALUES ($1, $2, $3, $4, $5, $6)",
            entry.Block, entry.Log, log.Address, log.Topics.Count == 0 ? Hash32.Zero : log.Topics[0],
            reason.Length > LongestReason ? reason[..LongestReason] : reason, entry.At);
    }

    public static long Count(SqlSession index) => index.Number("SELECT count(*) FROM unreadable");

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<UnreadableEvent> List(SqlSession index, int limit) => index.List(
        "SELECT block, log, contract, topic, reason, at FROM unreadable ORDER BY block DESC, log DESC LIMIT $1",
        row => new UnreadableEvent(row.Block(), (uint)row.Long(), row.Address(), row.Hash(), row.Words(), row.Time()), limit);
}
