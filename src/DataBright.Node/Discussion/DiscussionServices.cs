using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Services.Discussion;
using DataBright.Storage;

namespace DataBright.Node.Discussion;

internal static class DiscussionServices
{
    /// <summary>What was said is kept in a file of its own: unlike the index it cannot be read from the chain again.</summary>
    public static void AddDiscussion(this IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<IElectorate, LedgerElectorate>();
        services.AddSingleton(provider => new ProposalDiscussions(
            options.DiscussionFile, provider.GetRequiredService<MarketAddresses>(), provider.GetRequiredService<IElectorate>(),
            provider.GetRequiredService<IBlobStore>(),
            new DiscussionLimits(), provider.GetRequiredService<TimeProvider>()));
    }
}
