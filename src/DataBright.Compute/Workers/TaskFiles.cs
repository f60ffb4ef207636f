using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Tasks;
using DataBright.Ethereum;
using DataBright.Failures;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Valuation;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Compute.Workers;

/// <summary>Gets what a task needs from the scheduler, checks that it is what was named, and opens the envelopes in memory.</summary>
internal sealed class TaskFiles(EthereumKey key, ISchedulerWire wire, WorkFolder folder, WorkerOptions options, TimeProvider clock)
{
    /// <summary>The plan, with the seeds that were drawn.</summary>
    /// <exception cref="MalformedInputException">It is a measurement whose seeds would be the buyer's.</exception>
    public async Task<JobPlan> PlanAsync(TaskOrder order, JobDomain domain, CancellationToken stop)
    {
        var plan = JobPlan.Parse(await FileAsync(order.Lease, Cid.Raw(order.Plan), domain, stop));
        return plan.Kind == JobKind.Training || order.Inputs.Measurement is not null
            ? order.Inputs.Of(plan)
            : throw new MalformedInputException("task", "it measures, and no beacon came that its seeds follow from");
    }

    public async Task<ITaskProgram> ProgramAsync(JobPlan plan, TaskOrder order, JobDomain domain, CancellationToken stop)
    {
        var points = await PointsAsync(plan, order, domain, stop);
        if (order.Task.IsClosing)
        {
            var finals = await TaskInputsReader.FinalsAsync(plan, order.Inputs,
                (reference, token) => CheckpointAsync(plan, order, reference, domain, token), stop);
            return new ClosingProgram(plan, order.Inputs, points, finals, options.Threads);
        }

        var start = order.Inputs.Start is { } reference ? await CheckpointAsync(plan, order, reference, domain, stop) : null;
        return new TrainProgram(plan, order.Task, points, start, options.Threads);
    }

    private async Task<Checkpoint> CheckpointAsync(JobPlan plan, TaskOrder order, CheckpointReference reference, JobDomain domain,
        CancellationToken stop) =>
        TaskInputsReader.Parse(plan, reference, await FileAsync(order.Lease, reference.Cid, domain, stop));

    private async Task<ExampleSet> PointsAsync(JobPlan plan, TaskOrder order, JobDomain domain, CancellationToken stop)
    {
        var sets = new List<ExampleSet>();
        foreach (var part in order.Data)
        {
            var shard = await OpenAsync(await FileAsync(order.Lease, part.Cid, domain, stop), stop);
            sets.Add(Examples.From(shard, plan.Architecture));
        }

        var repeats = order.Task.IsClosing ? 0 : plan.RepeatsOf(order.Task.Run, order.Task.Partition);
        var points = ExampleSet.Concat(sets);
        if (plan.Partitions == 1 && repeats > 0) points = Control.Fill(points, points, repeats, TaskSteps.Seed(plan, order.Task));
        var expected = order.Task.IsClosing ? plan.HeldOut.Count : plan.PointsOf(order.Task.Run, order.Task.Partition) + repeats;
        return points.Count == expected
            ? points : throw new MalformedInputException("task", $"{points.Count} points came, {expected} are in the plan");
    }

    private async Task<Shard> OpenAsync(byte[] envelope, CancellationToken stop)
    {
        try
        {
            using var file = new MemoryStream(envelope, writable: false);
            await using var content = await Envelope.OpenAsync(file, key, stop);
            return await ShardFile.ReadAsync(content, options.MaxFileBytes, stop);
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            throw new MalformedInputException("envelope", fault.Message, fault);
        }
    }

    private async Task<byte[]> FileAsync(LeaseId lease, Cid cid, JobDomain domain, CancellationToken stop)
    {
        if (folder.FindFile(lease.Job, cid) is { } known) return known;
        var bytes = await TimeLimit.RunAsync(options.FileLimit, clock, $"The file {cid}", async inner =>
        {
            await using var stream =
                await wire.FetchAsync(SignedMessage.Create(MessageKind.Fetch, new Fetch(lease, cid), domain, key), inner);
            return await ReadAsync(stream, inner);
        }, stop);
        if (FileDag.RootOf(bytes) != cid)
            throw new MalformedInputException(cid.ToString(), "the scheduler sent something else under this address");
        folder.KeepFile(lease.Job, cid, bytes);
        return bytes;
    }

    private async Task<byte[]> ReadAsync(Stream stream, CancellationToken stop)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await stream.ReadAsync(buffer, stop)) > 0;)
        {
            copy.Write(buffer, 0, read);
            if (copy.Length > options.MaxFileBytes)
                throw new MalformedInputException("file", $"it is longer than the {options.MaxFileBytes} bytes that this worker takes");
        }

        return copy.ToArray();
    }
}
