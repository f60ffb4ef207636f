using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Discussion;
using DataBright.Node.Features;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Proposals;

/// <summary>Proposals, and votes on them.</summary>
internal sealed class ProposalFeature : INodeFeature
{
    public NumberForm Number { get; } = NumberForm.Of<ProposalId>("The number of a proposal.", "/proposals");

    public MenuEntry MenuEntry { get; } = new("Proposals", "/proposals", 3);

    public IReadOnlyList<MarketAction> Actions => ProposalActions.All;

    public void AddServices(IServiceCollection services, NodeOptions options) => services.AddSingleton<SampleReader>();

    public void AddChainServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<SealedSamples>();
        services.AddSingleton<DuplicateCounts>();
        services.AddSingleton<OfferedFiles>();
        services.AddSingleton<Measurements>();
        services.AddSingleton<ProposalSummaries>();
        services.AddSingleton<BallotReader>();
        services.AddSingleton<ProposalReader>();
        services.AddSingleton<IProposalReader>(provider => provider.GetRequiredService<ProposalReader>());
        services.AddSingleton<IDiscussedProposals>(provider => provider.GetRequiredService<ProposalReader>());
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options) => routes.MapProposals();
}
