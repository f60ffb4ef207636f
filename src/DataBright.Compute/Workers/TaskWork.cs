using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Tasks;

namespace DataBright.Compute.Workers;

/// <summary>Computes a task and writes its trace, from where the trace ends.</summary>
internal sealed class TaskWork(JobPlan plan, TaskOrder order, ITaskProgram program, TraceLog log, int snapshots)
{
    private readonly int _every = Math.Max(1, (program.Steps + snapshots - 1) / snapshots);
    private double _loss;
    private int _losses;

    /// <summary>Steps done, and the hash of the state after them; the two belong together, whoever reads them while it goes on.</summary>
    public StepProgress Progress { get; private set; } = new(0, null);

    /// <summary>Computes what is missing. Blocks a thread; stops between two steps.</summary>
    public void Run(CancellationToken stop)
    {
        var hashes = log.Hashes();
        var resumed = log.FindState(hashes.Length - 1, plan, order.Task, hashes);
        using var run = resumed is { } state ? program.Restore(state.State) : program.Start();
        using var file = log.Append(resumed is null ? 0 : run.StepsDone + 1);
        if (resumed is null) Write(file, run.StateHash());
        Progress = new StepProgress(run.StepsDone, run.StateHash());
        while (run.StepsDone < program.Steps)
        {
            stop.ThrowIfCancellationRequested();
            Report(run.Advance());
            var hash = run.StateHash();
            Write(file, hash);
            if (run.StepsDone % _every == 0 || run.StepsDone == program.Steps) log.KeepState(run.StepsDone, run.Capture());
            Progress = new StepProgress(run.StepsDone, hash);
        }
    }

    /// <summary>The state at a step of the finished trace, computed again from the nearest one that was kept.</summary>
    public byte[] StateAt(int step)
    {
        var kept = log.FindState(step, plan, order.Task, log.Hashes());
        if (kept is { } exact && exact.Step == step) return exact.State;
        using var run = kept is { } state ? program.Restore(state.State) : program.Start();
        while (run.StepsDone < step) run.Advance();
        return run.Capture();
    }

    /// <summary>Mean loss since this was asked last.</summary>
    public float? TakeLoss()
    {
        lock (log)
        {
            var mean = _losses == 0 ? (float?)null : (float)(_loss / _losses);
            (_loss, _losses) = (0, 0);
            return mean is { } value && float.IsFinite(value) ? value : null;
        }
    }

    private void Report(float? loss)
    {
        if (loss is not { } value) return;
        lock (log) (_loss, _losses) = (_loss + value, _losses + 1);
    }

    private static void Write(FileStream file, Digest hash) => file.Write(hash.ToArray());
}

/// <summary>How far a task is.</summary>
internal sealed record StepProgress(int Step, Digest? State);
