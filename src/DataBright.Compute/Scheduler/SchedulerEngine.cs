using System.Collections.Concurrent;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Tasks;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// Answers the workers. Everything is checked here, whatever came before: a worker trusts the scheduler, never the other way round.
/// </summary>
internal sealed class SchedulerEngine(
    JobBook book, WorkerPresence presence, TaskOrders orders, IJobLedger ledger, IBlobStore blobs, TimeProvider clock, SchedulerTerms terms)
    : ISchedulerWire
{
    private readonly ConcurrentDictionary<LeaseId, bool> _arriving = [];

    public Task<JobDomain> DomainAsync(CancellationToken stop) => Task.FromResult(ledger.Domain);

    public async Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Poll, poll, stop);
        var read = poll.Read<Poll>();
        if ((clock.GetUtcNow() - read.At).Duration() > terms.PollSkew)
            throw new ProtocolException(Refusal.Stale,
                $"The poll is of {read.At:u}, here it is {clock.GetUtcNow():u}. Set the worker's clock.");

        // An old poll sent again, by whomever, neither takes anything up nor gives anything back.
        if (!presence.Note(worker.Worker, read)) read = read with { Free = 0, Leaving = false };
        var wait = TimeSpan.FromMilliseconds(Math.Clamp(read.WaitMilliseconds, 0, terms.LongestWait.TotalMilliseconds));
        var until = clock.GetUtcNow() + wait;
        while (true)
        {
            var change = book.Change;
            var given = await orders.ForAsync(worker, read, stop);
            var left = until - clock.GetUtcNow();
            if (!given.IsEmpty || left <= TimeSpan.Zero) return given;
            await Task.WhenAny(change, Task.Delay(left, clock, stop));
            stop.ThrowIfCancellationRequested();
            await presence.AdmitAsync(worker.Worker, stop);
        }
    }

    public async Task CommitAsync(SignedMessage commit, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Commit, commit, stop);
        var read = commit.Read<Commit>();
        book.Apply(read.Lease.Job, job => job.Commit(worker.Worker, read, commit, clock.GetUtcNow(), terms));
    }

    public async Task RevealAsync(SignedMessage reveal, Attachment finalState, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Reveal, reveal, stop);
        var read = reveal.Read<Reveal>();
        var job = Job(read.Lease.Job);
        var task = job.RequireTurnToReveal(worker.Worker, read);
        using var arrival = Arrive(read.Lease);
        var state = await finalState.ReadAsync(TaskSteps.MaxStateBytes(job.Plan), stop);
        var content = ReadState(job.Plan, read.Task, state);
        if (content.Step != task.Steps)
            throw new ProtocolException(Refusal.StateBroken, $"The state is after step {content.Step}; the task has {task.Steps}.");

        // A signature that is not the worker's, or an opening that does not fit, is refused before anything is written to the disk.
        var result = new RevealedResult(read.Root, FileDag.RootOf(state), Reference(content), content.Outcome);
        job.Reveal(worker.Worker, read, reveal, content.Hash, result, ledger.Domain, clock.GetUtcNow(), terms);
        var retention = Retention.Until(job.FilesUntil(clock.GetUtcNow(), terms));
        await blobs.PutAsync(state, retention, stop);
        if (content.Checkpoint is { } checkpoint) await blobs.PutAsync(checkpoint.ToBytes(), retention, stop);
        book.Apply(job.Id,
            current => current.Reveal(worker.Worker, read, reveal, content.Hash, result, ledger.Domain, clock.GetUtcNow(), terms));
    }

    public async Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Heartbeat, heartbeat, stop);
        var read = heartbeat.Read<Heartbeat>();
        var job = book.Apply(read.Lease.Job, state => state.Beat(worker.Worker, read, clock.GetUtcNow(), terms));
        var task = job.RequireLease(worker.Worker, read.Lease, task: null);
        var loss = read.Loss is { } value ? $", loss {value:0.0000}" : "";
        book.Publish(new JobEvent(job.Id, JobEventKind.Progress, task.Key, worker.Worker, $"step {read.Step} of {task.Steps}{loss}",
            clock.GetUtcNow()));
    }

    public async Task AnswerAsync(SignedMessage answer, Attachment stateBefore, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Answer, answer, stop);
        var read = answer.Read<Answer>();
        var job = Job(read.Lease.Job);
        var task = job.RequireQuestion(worker.Worker, read);
        using var arrival = Arrive(read.Lease);
        var state = await stateBefore.ReadAsync(TaskSteps.MaxStateBytes(job.Plan), stop);
        var shown = state.Length == 0 ? null : Shown(ReadState(job.Plan, task.Key, state));
        var cid = state.Length == 0 ? (Cid?)null : FileDag.RootOf(state);
        var now = clock.GetUtcNow();
        job.Answer(worker.Worker, read, shown, cid, now, terms);
        if (cid is not null) await blobs.PutAsync(state, Retention.Until(job.FilesUntil(now, terms)), stop);
        book.Apply(job.Id, current => current.Answer(worker.Worker, read, shown, cid, now, terms));
    }

    public async Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Fetch, fetch, stop);
        var read = fetch.Read<Fetch>();
        var job = Job(read.Lease.Job);
        var task = job.RequireLease(worker.Worker, read.Lease, task: null);
        var order = await orders.OneAsync(job, task, task.FindLease(read.Lease.Number)!, worker, stop);
        if (read.Cid == Cid.Raw(order.Plan)) return new MemoryStream(job.Plan.ToJson(), writable: false);
        if (!FilesOf(order).Contains(read.Cid))
            throw new ProtocolException(Refusal.NotYours, $"Lease {read.Lease} does not need {read.Cid}.");
        return await blobs.OpenAsync(read.Cid, stop);
    }

    private async Task<RegisteredWorker> AdmitAsync(MessageKind kind, SignedMessage message, CancellationToken stop) =>
        await presence.AdmitAsync(message.Signer(kind, ledger.Domain), stop);

    private SchedulerJob Job(JobId id) =>
        book.Find(id) ?? throw new ProtocolException(Refusal.UnknownJob, $"This scheduler has no job {id.Value}.");

    /// <summary>States are large: of one lease, one arrives at a time.</summary>
    private Arrival Arrive(LeaseId lease) => _arriving.TryAdd(lease, true)
        ? new Arrival(_arriving, lease)
        : throw new ProtocolException(Refusal.Unavailable, $"A state of lease {lease} is arriving already.");

    /// <summary>The step of a state is written in more bits than a task has steps.</summary>
    private static Progress Shown(TaskStateContent content) => new((int)Math.Min(content.Step, int.MaxValue), content.Hash);

    private static IEnumerable<Cid> FilesOf(TaskOrder order)
    {
        if (order.Inputs.Start is { } start) yield return start.Cid;
        foreach (var final in order.Inputs.Finals) yield return final.Checkpoint.Cid;
        foreach (var part in order.Data) yield return part.Cid;
    }

    private static TaskStateContent ReadState(JobPlan plan, TaskKey task, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return TaskStates.Read(plan, task, bytes);
        }
        catch (MalformedInputException fault)
        {
            throw new ProtocolException(Refusal.StateBroken, fault.Message, fault);
        }
    }

    private static CheckpointReference? Reference(TaskStateContent content) =>
        content.Checkpoint is { } checkpoint ? new CheckpointReference(checkpoint.Hash, FileDag.RootOf(checkpoint.ToBytes())) : null;

    private sealed class Arrival(ConcurrentDictionary<LeaseId, bool> arriving, LeaseId lease) : IDisposable
    {
        public void Dispose() => arriving.TryRemove(lease, out _);
    }
}
