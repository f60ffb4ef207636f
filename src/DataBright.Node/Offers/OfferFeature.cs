using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Drafts;
using DataBright.Node.Features;
using DataBright.Node.Scheduler;

namespace DataBright.Node.Offers;

/// <summary>Data that people offer from pages, and what reads their files.</summary>
internal sealed class OfferFeature : INodeFeature
{
    public IReadOnlyList<MarketAction> Actions { get; } = [OfferActions.Propose];

    public void AddServices(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<OfferReviews>();
        services.AddSingleton(provider =>
        {
            var clock = provider.GetRequiredService<TimeProvider>();
            ReadingFolders.Temporary.RemoveOld(clock.GetUtcNow());
            return new FileReading(clock);
        });
        services.AddSingleton<FileSender>();
        services.AddTransient<OfferReader>();
        services.AddSingleton(provider => new TrustedReaders(provider.GetRequiredService<Market.Ledger>(),
            provider.GetService<SealedKeys>(), options.Referee));
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options)
    {
        routes.MapPasses();
        routes.MapOffers();
    }
}
