using DataBright.Compute.Scheduler;
using DataBright.Node.Scheduler;

namespace DataBright.Compute.Http;

internal static class SchedulerServer
{
    /// <summary>Serves workers and moves jobs until it is disposed.</summary>
    public static Task<WebServer> StartAsync(SchedulerHost scheduler, Uri listen) =>
        WebServer.StartAsync(listen, app => app.MapScheduler(scheduler), stop => scheduler.RunAsync(_ => { }, stop));
}
