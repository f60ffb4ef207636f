using System.Collections.Immutable;
using System.Globalization;
using Dapper;
using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Storage;
using Microsoft.Data.Sqlite;

namespace DataBright.Compute.Scheduler.Stores;

/// <summary>Keeps a scheduler's jobs in one SQLite file.</summary>
public sealed class SqliteSchedulerStore : ISchedulerStore, IDisposable
{
    private const int SchemaVersion = 1;

    private const string Schema = """
        CREATE TABLE jobs (id INTEGER PRIMARY KEY, plan BLOB NOT NULL, state BLOB NOT NULL);
        CREATE TABLE tasks (job INTEGER NOT NULL, task TEXT NOT NULL, state BLOB NOT NULL, PRIMARY KEY (job, task)) WITHOUT ROWID;
        CREATE TABLE events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, event BLOB NOT NULL);
        CREATE INDEX events_of_job ON events (job, sequence);
        CREATE TABLE envelopes (job INTEGER NOT NULL, worker TEXT NOT NULL, shard INTEGER NOT NULL, partition INTEGER NOT NULL, cid TEXT NOT NULL,
            PRIMARY KEY (job, worker, shard, partition)) WITHOUT ROWID;
        """;

    private readonly SqliteConnection _connection;
    private readonly Lock _one = new();

    private SqliteSchedulerStore(SqliteConnection connection) => _connection = connection;

    /// <exception cref="SchedulerStoreException">The file is not a scheduler's, is damaged, or was written by a newer version.</exception>
    public static SqliteSchedulerStore Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            // Full synchronisation: a message that was answered must survive a power cut, because the worker will not send it again.
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
            Migrate(connection, path);
            return new SqliteSchedulerStore(connection);
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw new SchedulerStoreException($"{path} cannot be used as the scheduler's database: {fault.Message}. Restore it from a copy, or move it away to start without the jobs in it.", fault);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public IReadOnlyList<JobState> Load()
    {
        lock (_one)
        {
            var tasks = _connection.Query<(long Job, byte[] State)>("SELECT job, state FROM tasks").ToLookup(row => row.Job, row => CanonicalJson.Read<TaskState>(row.State));
            return [.. _connection.Query<(long Id, byte[] Plan, byte[] State)>("SELECT id, plan, state FROM jobs ORDER BY id").Select(row =>
                CanonicalJson.Read<JobState>(row.State) with { Plan = JobPlan.Parse(row.Plan), Tasks = tasks[row.Id].ToImmutableSortedDictionary(task => task.Key, task => task) })];
        }
    }

    /// <exception cref="SchedulerStoreException">The file cannot be written, for one because the disk is full; nothing of it was.</exception>
    public IReadOnlyList<JobEvent> Save(JobState? before, JobState after, DateTimeOffset at)
    {
        lock (_one)
        {
            try
            {
                _connection.Execute("BEGIN IMMEDIATE");
                var recorded = Write(before, after, at);
                _connection.Execute("COMMIT");
                return recorded;
            }
            catch (SqliteException fault)
            {
                RollBack();
                throw new SchedulerStoreException($"The scheduler's database {_connection.DataSource} cannot be written: {Reason(fault)}. Nothing is lost; correct it and start the scheduler again.", fault);
            }
        }
    }

    private List<JobEvent> Write(JobState? before, JobState after, DateTimeOffset at)
    {
        var id = (long)after.Id.Value;
        if (before is null)
            _connection.Execute("INSERT INTO jobs (id, plan, state) VALUES (@id, @plan, @state)", new { id, plan = after.Plan.ToJson(), state = CanonicalJson.Write(after) });
        else
            _connection.Execute("UPDATE jobs SET state = @state WHERE id = @id", new { id, state = CanonicalJson.Write(after) });
        foreach (var (key, task) in after.Tasks)
            if (before is null || !before.Tasks.TryGetValue(key, out var old) || !ReferenceEquals(old, task))
                _connection.Execute("INSERT INTO tasks (job, task, state) VALUES (@id, @key, @state) ON CONFLICT DO UPDATE SET state = excluded.state",
                    new { id, key = key.ToString(), state = CanonicalJson.Write(task) });
        return [.. after.News.Select(news => Record(news with { At = at }))];
    }

    private void RollBack()
    {
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk, for one, has rolled back already.
        }
    }

    private static string Reason(SqliteException fault) => fault.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL ? "the disk is full" : fault.Message.ReplaceLineEndings(" ");

    public IReadOnlyList<JobEvent> Events(JobId job, long after, int most)
    {
        lock (_one)
            return [.. _connection.Query<(long Sequence, byte[] Event)>("SELECT sequence, event FROM events WHERE job = @job AND sequence > @after ORDER BY sequence LIMIT @most", new { job = (long)job.Value, after, most })
                .Select(row => CanonicalJson.Read<JobEvent>(row.Event) with { Sequence = row.Sequence })];
    }

    public Cid? FindEnvelope(JobId job, Address worker, int shard, int partition)
    {
        lock (_one)
            return _connection.QuerySingleOrDefault<string>("SELECT cid FROM envelopes WHERE job = @job AND worker = @worker AND shard = @shard AND partition = @partition",
                new { job = (long)job.Value, worker = worker.ToString(), shard, partition }) is { } cid ? Cid.Parse(cid) : null;
    }

    public Cid KeepEnvelope(JobId job, Address worker, int shard, int partition, Cid envelope)
    {
        lock (_one)
            _connection.Execute("INSERT INTO envelopes (job, worker, shard, partition, cid) VALUES (@job, @worker, @shard, @partition, @cid) ON CONFLICT DO NOTHING",
                new { job = (long)job.Value, worker = worker.ToString(), shard, partition, cid = envelope.ToString() });
        return FindEnvelope(job, worker, shard, partition)!.Value;
    }

    public void Dispose() => _connection.Dispose();

    private JobEvent Record(JobEvent news)
    {
        var sequence = _connection.ExecuteScalar<long>("INSERT INTO events (job, event) VALUES (@job, @event) RETURNING sequence",
            new { job = (long)news.Job.Value, @event = CanonicalJson.Write(news) });
        return news with { Sequence = sequence };
    }

    private static void Migrate(SqliteConnection connection, string path)
    {
        var version = connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version == SchemaVersion) return;
        if (version != 0) throw new SchedulerStoreException($"{path} was written by another version of this program (schema {version}, this one knows {SchemaVersion}).");
        using var transaction = connection.BeginTransaction();
        connection.Execute(Schema, transaction: transaction);
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {SchemaVersion}"), transaction: transaction);
        transaction.Commit();
    }
}

/// <summary>The scheduler's database cannot be used. The message says what to do.</summary>
public sealed class SchedulerStoreException(string message, Exception? cause = null) : Exception(message, cause);
