using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;

namespace DataBright.Compute.Tasks;

/// <summary>
/// The state that a task's trace must begin with. It follows from the plan and the inputs; no point of the dataset is in it.
/// </summary>
public static class TaskStart
{
    public static Digest Hash(JobPlan plan, TaskKey task, TaskInputs inputs, Checkpoint? start)
    {
        if (task.IsClosing) return ClosingState.Beginning(inputs).Hash;
        var blank = new ExampleSet(plan.Architecture.Input, new float[plan.Architecture.Input.Size], new int[1]);
        return new TrainProgram(plan, task, blank, start, threads: 1).StartHash();
    }
}
