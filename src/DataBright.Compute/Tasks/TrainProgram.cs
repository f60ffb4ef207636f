using DataBright.Compute.Jobs;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Tasks;

/// <summary>Training on one partition, one step of the optimiser at a time.</summary>
/// <remarks>
/// Training that diverges has no next state. So that the task has a definite result all the same, every state from there on is
/// <see cref="Diverged"/>: honest workers agree on it, and a worker that invents another is convicted like any liar.
/// </remarks>
/// <param name="plan">The job's plan, with the seeds that were drawn.</param>
/// <param name="task">Which task.</param>
/// <param name="examples">The partition's points, then those that are repeated in place of proposed ones.</param>
/// <param name="start">Where the round begins; null for fresh parameters.</param>
/// <param name="threads">Threads to use.</param>
public sealed class TrainProgram(JobPlan plan, TaskKey task, ExampleSet examples, Checkpoint? start, int threads) : ITaskProgram
{
    private readonly TrainingPlan _training = TaskSteps.TrainingPlan(plan, task);

    /// <summary>What kind of job it is part of.</summary>
    public JobKind Kind => plan.Kind;

    public int Steps { get; } = TaskSteps.Of(plan, task);

    /// <summary>The hash of the state before the first step, whatever the examples.</summary>
    public Digest StartHash() => TrainingState.Begin(_training, start ?? FreshParameters(plan, task)).Hash;

    public ITaskRun Start() => new Run(this, new TrainingRun(_training, examples, start ?? FreshParameters(plan, task), threads));

    public ITaskRun Restore(ReadOnlySpan<byte> state) =>
        Diverged.Step(state) is { } step
            ? new Run(this, step)
            : new Run(this, TrainingRun.Resume(_training, examples, TrainingState.Parse(state), threads));

    /// <summary>All partitions of a run start from the same parameters, which follow from the run's seed and not from the task's.</summary>
    internal static Checkpoint? FreshParameters(JobPlan plan, TaskKey task)
    {
        var runSeed = plan.Runs[task.Run].Seed;
        if (TaskSteps.Seed(plan, task) == runSeed) return null;
        return TrainingRun.FreshParameters(plan.Architecture, runSeed);
    }

    private sealed class Run : ITaskRun
    {
        private readonly TrainProgram _program;
        private TrainingRun? _run;
        private int _step;

        public Run(TrainProgram program, TrainingRun run) => (_program, _run, _step) = (program, run, checked((int)run.Step));

        public Run(TrainProgram program, int divergedStep) => (_program, _step) = (program, divergedStep);

        public int StepsDone => _step;

        public float? Advance()
        {
            if (_step >= _program.Steps) throw new InvalidOperationException($"The task is complete after {_program.Steps} steps.");
            _step++;
            if (_run is null) return null;
            try
            {
                return _run.Next().Loss;
            }
            catch (TrainingDivergedException)
            {
                _run.Dispose();
                _run = null;
                return null;
            }
        }

        public Digest StateHash() => _run?.StateHash() ?? Diverged.Hash(_step);

        public byte[] Capture() => _run?.Capture().ToBytes() ?? Diverged.Bytes(_step);

        public void Dispose() => _run?.Dispose();
    }
}
