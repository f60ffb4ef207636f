using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Drafts;
using DataBright.Node.Features;
using DataBright.Node.Scheduler;

namespace DataBright.Node.Buying;

/// <summary>Trainings and measurements that people order from a page, and models that they register.</summary>
internal sealed class BuyingFeature : INodeFeature
{
    public IReadOnlyList<MarketAction> Actions => [.. OrderActions.All, EvaluationActions.Post];

    public void AddServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<DraftSeats>();
        services.AddSingleton<BoughtJobs>();
        services.AddSingleton<DraftStore<OrderDraft>>();
        services.AddTransient<PlanSources>();
        services.AddTransient<OrderReader>();
        services.AddTransient<EvaluationReader>();
        services.AddSingleton<DraftStore<ModelDraft>>();
        services.AddTransient<ModelDrafts>();
        SignedEvaluations.AddTo(services, options);
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options)
    {
        routes.MapOrders();
        routes.MapEvaluationOrders();
    }
}
