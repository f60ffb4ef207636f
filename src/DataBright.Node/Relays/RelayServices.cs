using DataBright.Node.Configuration;
using DataBright.Services.Relays;

namespace DataBright.Node.Relays;

internal static class RelayServices
{
    /// <summary>Without an account that pays gas nothing is relayed, and the routes say so.</summary>
    public static void AddRelayer(this IServiceCollection services, NodeOptions options)
    {
        if (options.Relayer is not { } gasAccount) return;
        services.AddSingleton(provider => new Relayer(
            options.RelayerFile, provider.GetRequiredService<Market.Ledger>(), gasAccount, options.RelayTerms,
            provider.GetRequiredService<TimeProvider>()));
    }
}
