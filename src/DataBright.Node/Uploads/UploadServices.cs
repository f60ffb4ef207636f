using System.Diagnostics.Metrics;
using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Services.Uploads;
using DataBright.Storage;
using Microsoft.AspNetCore.Hosting.Server;

namespace DataBright.Node.Uploads;

internal static class UploadServices
{
    public static void AddUploads(this IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton(options.Uploads);
        services.AddSingleton(new UploadFiles(options.UploadFolder));
        services.AddSingleton(provider => new UploadManager(
            provider.GetRequiredService<UploadFiles>(), options.Uploads, provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<TimeProvider>(),
            static folder => new DriveInfo(folder).AvailableFreeSpace, new UploadMetrics(provider.GetRequiredService<IMeterFactory>()),
            provider.GetService<ILogger<UploadManager>>()));
        services.AddSingleton(provider => new UploadAuthorization(
            options.Uploads, Statements(provider), Standing(provider, options.Uploads),
            provider.GetRequiredService<IServer>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new UnusedUploads(provider.GetRequiredService<IBlobStore>(), provider.GetService<INamedFiles>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<UnusedUploads>>()));
        services.AddHostedService<UploadSweeper>();
    }

    private static UploadStatements? Statements(IServiceProvider provider) =>
        provider.GetService<UploadStatements>()
            ?? (provider.GetService<MarketAddresses>() is { } market ? new UploadStatements(market) : null);

    private static IUploadStanding? Standing(IServiceProvider provider, UploadTerms terms) =>
        provider.GetService<IUploadStanding>()
            ?? (provider.GetService<Market.Ledger>() is { } ledger ? new LedgerStanding(ledger, terms) : null);
}
