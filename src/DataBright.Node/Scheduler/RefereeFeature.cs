using DataBright.Compute.Evaluations;
using DataBright.Compute.Referees;
using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Scheduler;

/// <summary>Settles disputes, and signs what was measured.</summary>
internal sealed class RefereeFeature : INodeFeature
{
    public bool IsPartOf(NodeOptions options) => options.Roles.HasFlag(NodeRoles.Referee);

    public void AddServices(IServiceCollection services, NodeOptions options) => SignedEvaluations.AddTo(services, options);

    public void AddChainServices(IServiceCollection services, NodeOptions options) => services.AddReferee(options);

    public void Map(IEndpointRouteBuilder routes, NodeOptions options)
    {
        var services = routes.ServiceProvider;
        routes.MapReferee(services.GetRequiredService<IReferee>());
        if (services.GetService<EvaluationAttestor>() is not null) routes.MapEvaluations(services.GetRequiredService<SignedEvaluations>());
        if (services.GetService<BestAttestor>() is { } best) routes.MapBestModels(best);
    }
}
