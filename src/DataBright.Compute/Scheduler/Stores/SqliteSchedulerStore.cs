using System.Collections.Immutable;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;
using DataBright.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace DataBright.Compute.Scheduler.Stores;

/// <summary>Keeps a scheduler's jobs in one SQLite file.</summary>
public sealed class SqliteSchedulerStore : ISchedulerStore, IDisposable
{
    private const string Tables = """
        CREATE TABLE jobs (id INTEGER PRIMARY KEY, plan BLOB NOT NULL, state BLOB NOT NULL);
        CREATE TABLE tasks (job INTEGER NOT NULL, task TEXT NOT NULL, state BLOB NOT NULL, PRIMARY KEY (job, task)) WITHOUT ROWID;
        CREATE TABLE events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, event BLOB NOT NULL);
        CREATE INDEX events_of_job ON events (job, sequence);
        CREATE TABLE envelopes (job INTEGER NOT NULL, worker TEXT NOT NULL, shard INTEGER NOT NULL, partition INTEGER NOT NULL, cid TEXT NOT NULL,
            PRIMARY KEY (job, worker, shard, partition)) WITHOUT ROWID;
        """;

    private const string Refused = "CREATE TABLE refusals (job INTEGER PRIMARY KEY, ordered TEXT NOT NULL, reason TEXT NOT NULL)";

    /// <summary>
    /// A message that was answered survives a power cut, because the worker will not send it again. The file is not copied before a change:
    /// a scheduler that went on from a copy would have forgotten what it signed since.
    /// </summary>
    internal static readonly SqlSchema Schema = new()
    {
        Owner = "scheduler's",
        Durability = SqlDurability.Precious,
        Probe = "SELECT job, worker, shard, partition, cid FROM envelopes LIMIT 0",
        Changes = [new SqlChange(1, file => file.Script(Tables)), new SqlChange(2, file => file.Script(Refused))],
        Otherwise = "move it away to start without the jobs in it",
    };

    private readonly SqlSession _file;
    private readonly string _path;
    private readonly Lock _one = new();

    private SqliteSchedulerStore(SqlSession file, string path) => (_file, _path) = (file, path);

    /// <exception cref="SchedulerStoreException">The file is not a scheduler's, is damaged, or was written by a newer version.</exception>
    public static SqliteSchedulerStore Open(string path)
    {
        try
        {
            return new SqliteSchedulerStore(SqlFile.Open(path, Schema), path);
        }
        catch (SqlFileException fault)
        {
            throw new SchedulerStoreException(fault.Message, fault, fault.Kind);
        }
    }

    public IReadOnlyList<SchedulerJob> Load(Action<JobId, string>? unreadable = null)
    {
        lock (_one)
        {
            var tasks = _file.List("SELECT job, state FROM tasks", row => (Job: row.Long(), State: row.Bytes()))
                .ToLookup(row => row.Job, row => row.State);
            var jobs = _file.List("SELECT id, plan, state FROM jobs ORDER BY id",
                row => (Id: row.Long(), Plan: row.Bytes(), State: row.Bytes()));
            return [.. jobs.Select(job => Read(job.Id, job.Plan, job.State, tasks[job.Id], unreadable)).OfType<SchedulerJob>()];
        }
    }

    /// <summary>One job that cannot be read keeps no other from being.</summary>
    private static SchedulerJob? Read(long id, byte[] plan, byte[] state, IEnumerable<byte[]> tasks, Action<JobId, string>? unreadable)
    {
        try
        {
            return CanonicalJson.Read<SchedulerJob>(state) with
            {
                Plan = JobPlan.Parse(plan),
                Tasks = tasks.Select(task => CanonicalJson.Read<TaskState>(task))
                    .ToImmutableSortedDictionary(task => task.Key, task => task),
            };
        }
        catch (Exception fault) when (unreadable is not null)
        {
            unreadable(new JobId((ulong)id),
                $"The scheduler's database has job {id} in a form that cannot be read: {fault.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }

    public IReadOnlyList<RefusedOrder> Refusals()
    {
        lock (_one) return _file.List("SELECT job, ordered, reason FROM refusals",
            row => new RefusedOrder(new JobId((ulong)row.Long()), Hash32.Parse(row.Text()), row.Text()));
    }

    /// <exception cref="SchedulerStoreException">The file cannot be written.</exception>
    public JobEvent Refuse(RefusedOrder order, DateTimeOffset at) => Atomically(() =>
    {
        _file.Run(
            """
            INSERT INTO refusals (job, ordered, reason) VALUES ($1, $2, $3)
            ON CONFLICT DO UPDATE SET ordered = excluded.ordered, reason = excluded.reason
            """,
            order.Job.Value, order.Order.ToString(), order.Reason);
        return Record(order.News(at));
    });

    /// <exception cref="SchedulerStoreException">The file cannot be written, for one because the disk is full; nothing of it
    /// was.</exception>
    public IReadOnlyList<JobEvent> Save(SchedulerJob? before, SchedulerJob after, DateTimeOffset at) =>
        Atomically(() => Write(before, after, at));

    private T Atomically<T>(Func<T> write) => Guarded("written", () => _file.Atomically(write));

    private T Guarded<T>(string done, Func<T> use)
    {
        lock (_one)
        {
            try
            {
                return use();
            }
            catch (SqliteException fault)
            {
                throw new SchedulerStoreException(
                    $"The scheduler's database {_path} cannot be {done}: {Reason(fault)}. Nothing is lost; the scheduler goes on by itself "
                    + "when that is corrected.",
                    fault, SqlFaults.KindOf(SqlFaults.Of(fault)));
            }
        }
    }

    private List<JobEvent> Write(SchedulerJob? before, SchedulerJob after, DateTimeOffset at)
    {
        var id = after.Id.Value;
        if (before is null)
            _file.Run("INSERT INTO jobs (id, plan, state) VALUES ($1, $2, $3)", id, after.Plan.ToJson(), CanonicalJson.Write(after));
        else
            _file.Run("UPDATE jobs SET state = $2 WHERE id = $1", id, CanonicalJson.Write(after));
        if (before is not null && before.Terms.Plan != after.Terms.Plan)
            _file.Run("UPDATE jobs SET plan = $2 WHERE id = $1", id, after.Plan.ToJson());
        // Another order has the number: what was sealed for the one that is gone holds other points.
        if (before is not null && !before.Terms.IsSameOrder(after.Terms)) _file.Run("DELETE FROM envelopes WHERE job = $1", id);
        // What stands in for proposed points follows from the beacon.
        else if (before is not null && before.MeasurementBeacon != after.MeasurementBeacon)
            _file.Run("DELETE FROM envelopes WHERE job = $1 AND shard < $2", id, SealedPart.HeldOut);
        if (before is not null && before.Tasks.Count > after.Tasks.Count)
            foreach (var gone in before.Tasks.Keys.Except(after.Tasks.Keys))
                _file.Run("DELETE FROM tasks WHERE job = $1 AND task = $2", id, gone.ToString());
        foreach (var (key, task) in after.Tasks)
            if (before is null || !before.Tasks.TryGetValue(key, out var old) || !ReferenceEquals(old, task))
                _file.Run(
                    "INSERT INTO tasks (job, task, state) VALUES ($1, $2, $3) ON CONFLICT DO UPDATE SET state = excluded.state",
                    id, key.ToString(), CanonicalJson.Write(task));
        return [.. after.News.Select(news => Record(news with { At = at }))];
    }

    private static string Reason(SqliteException fault) =>
        SqlFaults.Of(fault) == SqlFault.Full ? "the disk is full" : fault.Message.ReplaceLineEndings(" ");

    public IReadOnlyList<JobEvent> Events(JobId job, long after, int most) =>
        Guarded("read", () => _file.List(
                "SELECT sequence, event FROM events WHERE job = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
                row =>
                {
                    long sequence = row.Long();
                    return CanonicalJson.Read<JobEvent>(row.Bytes()) with { Sequence = sequence };
                },
                job.Value, after, most));

    public Cid? FindEnvelope(JobId job, Address worker, int shard, int partition) =>
        Guarded("read", () => _file.First(
            "SELECT cid FROM envelopes WHERE job = $1 AND worker = $2 AND shard = $3 AND partition = $4",
            row => row.Text(), job.Value, worker.ToString(), shard, partition)) is { } cid ? Cid.Parse(cid) : null;

    public Cid KeepEnvelope(JobId job, Address worker, int shard, int partition, Cid envelope)
    {
        Atomically(() =>
        {
            _file.Run(
                "INSERT INTO envelopes (job, worker, shard, partition, cid) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                job.Value, worker.ToString(), shard, partition, envelope.ToString());
            return true;
        });
        return FindEnvelope(job, worker, shard, partition)!.Value;
    }

    public void Dispose() => _file.Dispose();

    private JobEvent Record(JobEvent news) => news with
    {
        Sequence = _file.Number("INSERT INTO events (job, event) VALUES ($1, $2) RETURNING sequence", news.Job.Value,
            CanonicalJson.Write(news)),
    };
}

/// <summary>The scheduler's database cannot be used. The message says what to do.</summary>
public class SchedulerStoreException(string message, Exception? cause = null, FailureKind kind = FailureKind.Damaged)
    : DatabaseException(kind, message, cause);
