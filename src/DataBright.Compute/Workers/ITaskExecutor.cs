using DataBright.Compute.Jobs;
using DataBright.Compute.Tasks;

namespace DataBright.Compute.Workers;

/// <summary>How a worker carries out a task. The honest way is to do what the program says.</summary>
public interface ITaskExecutor
{
    ITaskProgram Prepare(TaskKey task, ITaskProgram program);
}

/// <summary>Does what the program says.</summary>
public sealed class HonestExecutor : ITaskExecutor
{
    public ITaskProgram Prepare(TaskKey task, ITaskProgram program) => program;
}
