using DataBright.Failures;
using DataBright.Market;
using DataBright.Services.Discussion;
using DataBright.Services.Relays;
using DataBright.Storage;
using DataBright.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace DataBright.Node.Roles;

/// <summary>
/// How the node stands to its disk and its databases: one state that requests, <c>/ready</c> and the log tell in the same words.
/// </summary>
internal sealed class NodeStorage(IServiceProvider services, TimeProvider clock, ILogger<NodeStorage> log)
{
    /// <summary>A state that lasts is told again from time to time.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private string? _told;
    private DateTimeOffset _at;

    /// <summary>
    /// Why something cannot be written or read now, and what to do, where that is the disk's or a database's fault; null for any other
    /// fault.
    /// </summary>
    public static string? TroubleIn(Exception thrown) => thrown switch
    {
        DatabaseException or StoreFullException => thrown.Message,
        IOException io when io.IsDiskFull() => "The node's disk is full; nothing was kept. Free some space; it goes on by itself then.",
        SqliteException sqlite when SqlFaults.Of(sqlite) != SqlFault.Statement =>
            $"A database of the node cannot be used now: {FaultWords.Of(sqlite)}",
        AggregateException { InnerExceptions: [var first, ..] } => TroubleIn(first),
        _ => null,
    };

    /// <summary>What is wrong now; null where nothing is. Files that failed are tried again, so that what is over is not told.</summary>
    public string? Trouble()
    {
        string?[] found = [services.GetService<LedgerIndex>()?.Trouble?.Message,
            services.GetService<ProposalDiscussions>()?.Trouble?.Message, services.GetService<Relayer>()?.Trouble?.Message];
        var trouble = string.Join(" ", found.OfType<string>());
        return trouble.Length > 0 ? trouble : null;
    }

    /// <summary>Tells a request's trouble to whoever reads the log: once, not for each request.</summary>
    public void Tell(string trouble)
    {
        lock (_gate)
        {
            if (trouble == _told && clock.GetUtcNow() - _at < Again) return;
            (_told, _at) = (trouble, clock.GetUtcNow());
        }

        log.LogError("{Trouble}", trouble);
    }
}
