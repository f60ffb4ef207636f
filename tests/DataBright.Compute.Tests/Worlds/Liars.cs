using DataBright.Compute.Jobs;
using DataBright.Compute.Workers;
using DataBright.Demo;

namespace DataBright.Compute.Worlds;

/// <summary>Workers that lie in one step, wherever they are seated.</summary>
public static class Liars
{
    public static ITaskExecutor InTraining(int step) =>
        new LyingExecutor((task, program) => task.IsClosing ? null : Math.Min(step, program.Steps));

    public static ITaskExecutor InTheSeal() => new LyingExecutor((task, _) => task.IsClosing ? 2 : null);

    public static ITaskExecutor InTask(TaskKey lie, int step) => new LyingExecutor((task, _) => task == lie ? step : null);
}
