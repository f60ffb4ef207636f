using DataBright.Compute.Jobs;
using DataBright.Compute.Tasks;
using DataBright.Compute.Workers;

namespace DataBright.Compute.Worlds;

/// <summary>Counts the training steps that are computed and dies once, at one of them.</summary>
public sealed class CountingExecutor(int dieAt) : ITaskExecutor
{
    public int TrainingSteps { get; private set; }

    public bool HasDied { get; private set; }

    public ITaskProgram Prepare(TaskKey task, ITaskProgram program) => task.IsClosing ? program : new Program(this, program);

    private void Count()
    {
        if (TrainingSteps == dieAt && !HasDied)
        {
            HasDied = true;
            throw new IOException("killed");
        }

        TrainingSteps++;
    }

    private sealed class Program(CountingExecutor counter, ITaskProgram program) : ITaskProgram
    {
        public int Steps => program.Steps;
        public ITaskRun Start() => new Run(counter, program.Start());
        public ITaskRun Restore(ReadOnlySpan<byte> state) => new Run(counter, program.Restore(state));
    }

    private sealed class Run(CountingExecutor counter, ITaskRun run) : ITaskRun
    {
        public int StepsDone => run.StepsDone;
        public Digest StateHash() => run.StateHash();
        public byte[] Capture() => run.Capture();
        public void Dispose() => run.Dispose();

        public float? Advance()
        {
            counter.Count();
            return run.Advance();
        }
    }
}
