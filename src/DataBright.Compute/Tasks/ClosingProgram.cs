using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Learning.Aggregation;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;

namespace DataBright.Compute.Tasks;

/// <summary>
/// The end of a job: for each run, average the checkpoints of its last round, then count the held-out points that the average gets right,
/// a batch per step. The last state is the job's outcome.
/// </summary>
/// <param name="plan">The job's plan.</param>
/// <param name="inputs">The checkpoints by reference.</param>
/// <param name="heldOut">The points to measure on.</param>
/// <param name="finals">For each run the last round's checkpoints, by partition.</param>
/// <param name="threads">Threads to use.</param>
public sealed class ClosingProgram(JobPlan plan, TaskInputs inputs, ExampleSet heldOut, IReadOnlyList<IReadOnlyList<Checkpoint>> finals,
    int threads) : ITaskProgram
{
    public int Steps { get; } = TaskSteps.Of(plan, TaskKey.Closing);

    private readonly ClosingState _beginning = ClosingState.Beginning(inputs);

    public ITaskRun Start() => new Run(this, _beginning);

    public ITaskRun Restore(ReadOnlySpan<byte> state) => new Run(this, ClosingState.Parse(state));

    /// <summary>The checkpoint of a run: the mean of its partitions, weighted by their points.</summary>
    public static Checkpoint Average(JobPlan plan, int run, IReadOnlyList<Checkpoint> partitions) =>
        partitions.Count == 1
            ? partitions[0]
            : FedAvg.Of([.. partitions.Select((checkpoint,
                partition) => (checkpoint, (long)plan.PointsOf(run, partition) + plan.RepeatsOf(run, partition)))]);

    private sealed class Run(ClosingProgram program, ClosingState state) : ITaskRun
    {
        private readonly JobPlan _plan = program.Plan;
        private ClosingState _state = state;
        private (int Run, Checkpoint Checkpoint)? _average;

        public int StepsDone => _state.Step;

        public float? Advance()
        {
            if (StepsDone >= program.Steps)
                throw new InvalidOperationException($"The closing task is complete after {program.Steps} steps.");
            var (run, step) = Math.DivRem(StepsDone, TaskSteps.ClosingStepsPerRun(_plan));
            _state = step == 0 ? Averaged(run) : Measured(run, step - 1);
            return null;
        }

        public Digest StateHash() => _state.Hash;

        public byte[] Capture() => _state.ToBytes();

        public void Dispose()
        {
        }

        private ClosingState Averaged(int run) =>
            _state with { Step = StepsDone + 1, Inputs = program._beginning.Inputs, Measurement = program._beginning.Measurement,
                Checkpoint = AverageOf(run).Hash, Correct = 0 };

        private ClosingState Measured(int run, int batch)
        {
            var first = batch * TaskSteps.ClosingBatch;
            var count = Math.Min(TaskSteps.ClosingBatch, program.HeldOut.Count - first);
            var correct = _state.Correct + Evaluation.Measure(_plan.Architecture, AverageOf(run), program.HeldOut.Slice(first, count),
                program.Threads).Correct;
            if (first + count < program.HeldOut.Count)
                return _state with { Step = StepsDone + 1, Inputs = program._beginning.Inputs, Measurement = program._beginning.Measurement,
                    Correct = correct };

            // What the state says is written down, not what is true: whether that was right is the business of the steps before.
            var outcome = new RunOutcome(_plan.Runs[run].Name, _state.Checkpoint ?? default, correct, program.HeldOut.Count);
            return new ClosingState(StepsDone + 1, program._beginning.Inputs, null, 0, [.. _state.Done, outcome],
                program._beginning.Measurement);
        }

        private Checkpoint AverageOf(int run)
        {
            if (_average is { } known && known.Run == run) return known.Checkpoint;
            _average = (run, Average(_plan, run, program.Finals[run]));
            return _average.Value.Checkpoint;
        }
    }

    private JobPlan Plan => plan;

    private ExampleSet HeldOut => heldOut;

    private IReadOnlyList<IReadOnlyList<Checkpoint>> Finals => finals;

    private int Threads => threads;
}
