using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Tasks;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market;
using DataBright.Market.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>Answers the workers. Everything is checked here, whatever came before: a worker trusts the scheduler, never the other way round.</summary>
public sealed class SchedulerEngine(JobBook book, Attendance attendance, Envelopes envelopes, LossCurves losses, IJobLedger ledger, IBlobStore blobs, TimeProvider clock, SchedulerTerms terms) : ISchedulerWire
{
    public Task<JobDomain> DomainAsync(CancellationToken stop) => Task.FromResult(ledger.Domain);

    public async Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Poll, poll, stop);
        var read = poll.Read<Poll>();
        if ((clock.GetUtcNow() - read.At).Duration() > terms.PollSkew)
            throw new ProtocolException(Refusal.Stale, $"The poll is of {read.At:u}, here it is {clock.GetUtcNow():u}. Set the worker's clock.");

        attendance.Note(worker.Worker, read.Leaving);
        var wait = TimeSpan.FromMilliseconds(Math.Clamp(read.WaitMilliseconds, 0, terms.LongestWait.TotalMilliseconds));
        var until = clock.GetUtcNow() + wait;
        while (true)
        {
            var change = book.Change;
            var orders = await OrdersAsync(worker, read, stop);
            var left = until - clock.GetUtcNow();
            if (!orders.IsEmpty || left <= TimeSpan.Zero) return orders;
            await Task.WhenAny(change, Task.Delay(left, clock, stop));
            stop.ThrowIfCancellationRequested();
            await attendance.AdmitAsync(worker.Worker, stop);
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
        var task = job.RequireLease(worker.Worker, read.Lease, read.Task);
        var state = await finalState.ReadAsync(TaskSteps.MaxStateBytes(job.Plan), stop);
        var content = ReadState(job.Plan, read.Task, state);
        if (content.Step != task.Steps) throw new ProtocolException(Refusal.StateBroken, $"The state is after step {content.Step}; the task has {task.Steps}.");

        // A signature that is not the worker's, or an opening that does not fit, is refused before anything is written to the disk.
        var result = new RevealedResult(read.Root, FileDag.RootOf(state), Reference(content), content.Outcome);
        job.Reveal(worker.Worker, read, reveal, content.Hash, result, ledger.Domain, clock.GetUtcNow(), terms);
        await blobs.PutAsync(state, stop);
        if (content.Checkpoint is { } checkpoint) await blobs.PutAsync(checkpoint.ToBytes(), stop);
        book.Apply(job.Id, current => current.Reveal(worker.Worker, read, reveal, content.Hash, result, ledger.Domain, clock.GetUtcNow(), terms));
    }

    public async Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Heartbeat, heartbeat, stop);
        var read = heartbeat.Read<Heartbeat>();
        var job = book.Apply(read.Lease.Job, state => state.Beat(worker.Worker, read, clock.GetUtcNow(), terms));
        var task = job.RequireLease(worker.Worker, read.Lease, task: null);
        losses.Add(job.Id, task, task.FindLease(read.Lease.Number)!, read.Loss);
        var loss = read.Loss is { } value ? $", loss {value:0.0000}" : "";
        book.Publish(new JobEvent(job.Id, JobEventKind.Progress, task.Key, worker.Worker, $"step {read.Step} of {task.Steps}{loss}", clock.GetUtcNow()));
    }

    public async Task AnswerAsync(SignedMessage answer, Attachment stateBefore, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Answer, answer, stop);
        var read = answer.Read<Answer>();
        var job = Job(read.Lease.Job);
        var task = job.RequireLease(worker.Worker, read.Lease, task: null);
        var state = await stateBefore.ReadAsync(TaskSteps.MaxStateBytes(job.Plan), stop);
        var hash = state.Length == 0 ? (Digest?)null : ReadState(job.Plan, task.Key, state).Hash;
        var cid = state.Length == 0 ? (Cid?)null : FileDag.RootOf(state);
        var now = clock.GetUtcNow();
        job.Answer(worker.Worker, read, hash, cid, now, terms);
        if (cid is not null) await blobs.PutAsync(state, stop);
        book.Apply(job.Id, current => current.Answer(worker.Worker, read, hash, cid, now, terms));
    }

    public async Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop)
    {
        var worker = await AdmitAsync(MessageKind.Fetch, fetch, stop);
        var read = fetch.Read<Fetch>();
        var job = Job(read.Lease.Job);
        var task = job.RequireLease(worker.Worker, read.Lease, task: null);
        var order = await OrderAsync(job, task, task.FindLease(read.Lease.Number)!, worker, stop);
        if (read.Cid == Cid.Raw(order.Plan)) return new MemoryStream(job.Plan.ToJson(), writable: false);
        if (!FilesOf(order).Contains(read.Cid)) throw new ProtocolException(Refusal.NotYours, $"Lease {read.Lease} does not need {read.Cid}.");
        return await blobs.OpenAsync(read.Cid, stop);
    }

    private async Task<RegisteredWorker> AdmitAsync(MessageKind kind, SignedMessage message, CancellationToken stop) =>
        await attendance.AdmitAsync(message.Signer(kind, ledger.Domain), stop);

    private JobState Job(JobId id) => book.Find(id) ?? throw new ProtocolException(Refusal.UnknownJob, $"This scheduler has no job {id.Value}.");

    private async Task<Orders> OrdersAsync(RegisteredWorker worker, Poll poll, CancellationToken stop)
    {
        var gathered = new OrderBasket(worker.Worker, poll);
        foreach (var job in book.All.Where(job => job.Phase == JobPhase.Running))
        {
            if (poll.Leaving) book.Apply(job.Id, state => state.Release(worker.Worker, poll.Holding));
            gathered.Gather(job);
            if (gathered.Free > 0) gathered.Gather(book.Apply(job.Id, state => state.Lease(worker.Worker, gathered.Free, clock.GetUtcNow(), terms)));
        }

        var start = new List<TaskOrder>();
        foreach (var (job, task, copy) in gathered.Start) start.Add(await OrderAsync(job, task, copy, worker, stop));
        return gathered.ToOrders(start, book);
    }

    private async Task<TaskOrder> OrderAsync(JobState job, TaskState task, Copy copy, RegisteredWorker worker, CancellationToken stop) =>
        new(new LeaseId(job.Id, copy.Lease), task.Key, job.Terms.Plan, task.Inputs!, await envelopes.ForAsync(job, task.Key, worker, stop), copy.Due ?? clock.GetUtcNow());

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
}
