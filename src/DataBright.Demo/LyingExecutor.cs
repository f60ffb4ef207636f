using DataBright.Compute.Jobs;
using DataBright.Compute.Tasks;
using DataBright.Compute.Workers;

namespace DataBright.Demo;

/// <summary>
/// Computes everything as it should be, except that after one step the lowest bit of one number is flipped: the smallest lie there is.
/// It exists so that tests and the demonstration can show what happens to a liar; nothing on the honest path knows of it.
/// </summary>
/// <param name="when">The step to lie in, for the tasks to lie about; null to be honest about a task.</param>
public sealed class LyingExecutor(Func<TaskKey, ITaskProgram, int?> when) : ITaskExecutor
{
    public ITaskProgram Prepare(TaskKey task, ITaskProgram program) =>
        when(task, program) is { } step ? new LyingProgram(task, program, step) : program;

    private sealed class LyingProgram(TaskKey task, ITaskProgram program, int step) : ITaskProgram
    {
        public int Steps => program.Steps;

        public ITaskRun Start() => new LyingRun(program.Start(), Lie);

        public ITaskRun Restore(ReadOnlySpan<byte> state) => new LyingRun(program.Restore(state), Lie);

        private ITaskRun Lie(ITaskRun run)
        {
            if (run.StepsDone != step) return run;
            var state = run.Capture();
            run.Dispose();
            return program.Restore(Falsified(state));
        }

        private byte[] Falsified(byte[] state)
        {
            if (task.IsClosing)
            {
                var seal = ClosingState.Parse(state);
                return (seal.Checkpoint is null && seal.Done.Count > 0
                    ? seal with { Done = [.. seal.Done.SkipLast(1), Other(seal.Done[^1])] }
                    : seal with { Correct = Other(seal.Correct) }).ToBytes();
            }

            // Tensors end a state, little-endian: this is the lowest bit of the mantissa of the very last number.
            state[^4] ^= 1;
            return state;
        }
    }

    private static RunOutcome Other(RunOutcome done) => done with { Correct = Other(done.Correct) };

    /// <summary>A figure that is wrong and yet possible.</summary>
    private static int Other(int correct) => correct > 0 ? correct - 1 : 1;

    private sealed class LyingRun(ITaskRun run, Func<ITaskRun, ITaskRun> lie) : ITaskRun
    {
        private ITaskRun _run = run;

        public int StepsDone => _run.StepsDone;

        public float? Advance()
        {
            var loss = _run.Advance();
            _run = lie(_run);
            return loss;
        }

        public Digest StateHash() => _run.StateHash();

        public byte[] Capture() => _run.Capture();

        public void Dispose() => _run.Dispose();
    }
}
