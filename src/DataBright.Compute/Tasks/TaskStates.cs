using DataBright.Compute.Jobs;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Training;

namespace DataBright.Compute.Tasks;

/// <summary>What can be said about a state by looking at its bytes alone.</summary>
public static class TaskStates
{
    /// <summary>Reads a state of one of the plan's tasks.</summary>
    /// <exception cref="MalformedInputException">The bytes are no such state.</exception>
    public static TaskStateContent Read(JobPlan plan, TaskKey task, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > TaskSteps.MaxStateBytes(plan))
            throw new MalformedInputException("state", $"{bytes.Length} bytes are more than any state of this job has");
        if (task.IsClosing)
        {
            var seal = ClosingState.Parse(bytes);
            seal.Require(plan);
            return new TaskStateContent(seal.Hash, seal.Step, null, seal.Outcome);
        }

        if (Diverged.Step(bytes) is { } step) return new TaskStateContent(Diverged.Hash(step), step, null, null);
        var state = TrainingState.Parse(bytes);
        state.Require(plan.Architecture, plan.Optimiser);
        return new TaskStateContent(state.Hash, state.Step, state.Parameters, null);
    }
}

/// <summary>A state, read.</summary>
/// <param name="Hash">Its hash, as it is in a trace.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Checkpoint">For training that did not diverge: the parameters.</param>
/// <param name="Outcome">For the closing task: the runs that are finished.</param>
public sealed record TaskStateContent(Digest Hash, long Step, Checkpoint? Checkpoint, RunOutcomes? Outcome);
