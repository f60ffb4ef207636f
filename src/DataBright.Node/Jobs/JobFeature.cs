using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Node.Features;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Jobs;

/// <summary>Jobs, as the ledger and their scheduler tell them.</summary>
internal sealed class JobFeature : INodeFeature
{
    public NumberForm Number { get; } = NumberForm.Of<JobId>("The number of a job.", "/jobs");

    public MenuEntry MenuEntry { get; } = new("Jobs", "/jobs", 5);

    public void AddServices(IServiceCollection services, NodeOptions options) => services.AddSingleton<IJobWatch, NoJobWatch>();

    public void AddChainServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<JobPlans>();
        services.AddSingleton<IJobReader, JobReader>();
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapJobs();
}
