using DataBright.Market;
using DataBright.Node.Ledger;
using DataBright.Node.Predictions;
using DataBright.Node.Rest;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DataBright.Node.Models;

internal static class ModelRoutes
{
    private const string List = "models", ChannelList = "channels", DistributionList = "distributions", RoyaltyList = "royalties";

    public static void MapModels(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1/models").WithTags("Models");
        rest.MapGet("/", ListAsync).WithSummary("Models, newest first");
        rest.MapGet("/{id}", OneAsync).RequireRateLimiting(WriteLimits.Costly).WithSummary("A model with its lineage, its income and who serves it");
        rest.MapGet("/{id}/channels", ChannelsAsync).WithSummary("The channels through which it is paid for, newest first");
        rest.MapGet("/{id}/distributions", DistributionsAsync).WithSummary("When its earnings were divided, newest first");
        rest.MapGet("/{id}/royalties", RoyaltiesAsync).WithSummary("What it got of the earnings of models made from it, newest first");

        app.MapGet("/models", ListPageAsync).ExcludeFromDescription();
        app.MapGet("/models/{id}", ModelPageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
    }

    private static async Task<Tagged<Page<ModelSummary>>> ListAsync(string? dataset, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        Answer.With(List, await market.ModelsAsync(Ask.OptionalId<DatasetId>(dataset, "dataset"), Ask.Page(List, cursor, limit), stop));

    private static async Task<Results<Tagged<ModelFacts>, Missing>> OneAsync(string id, IMarketView market, CancellationToken stop) =>
        await market.ModelAsync(Ask.Id<ModelId>(id), stop) is { } model ? Answer.With(model) : new Missing($"model {id}");

    private static async Task<Results<Tagged<Page<ChannelFacts>>, Missing>> ChannelsAsync(string id, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        await market.ChannelsAsync(Ask.Id<ModelId>(id), Ask.Page(ChannelList, cursor, limit), stop) is { } page ? Answer.With(ChannelList, page) : new Missing($"model {id}");

    private static async Task<Results<Tagged<Page<DistributionFacts>>, Missing>> DistributionsAsync(string id, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        await market.DistributionsAsync(Ask.Id<ModelId>(id), Ask.Page(DistributionList, cursor, limit), stop) is { } page ? Answer.With(DistributionList, page) : new Missing($"model {id}");

    private static async Task<Results<Tagged<Page<RoyaltyFacts>>, Missing>> RoyaltiesAsync(string id, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        await market.RoyaltiesAsync(Ask.Id<ModelId>(id), Ask.Page(RoyaltyList, cursor, limit), stop) is { } page ? Answer.With(RoyaltyList, page) : new Missing($"model {id}");

    private static async Task<RazorComponentResult> ListPageAsync(string? dataset, string? cursor, IMarketView market, CancellationToken stop)
    {
        var of = Ask.OptionalId<DatasetId>(dataset, "dataset");
        var models = await market.ModelsAsync(of, Ask.Page(List, cursor), stop);
        return Pages.Show<ModelsPage>(new { Models = models, Next = Pages.Next(models, List, of is { } one ? $"/models?dataset={one}" : "/models") });
    }

    private static async Task<Results<RazorComponentResult, Missing>> ModelPageAsync(string id, string? channels, string? distributions, string? royalties, IMarketView market, [FromServices] TryOut? trying, CancellationToken stop)
    {
        var model = Ask.Id<ModelId>(id);
        if (await market.ModelAsync(model, stop) is not { } facts
            || await market.ChannelsAsync(model, Ask.Page(ChannelList, channels, "10"), stop) is not { } channelPage
            || await market.DistributionsAsync(model, Ask.Page(DistributionList, distributions, "10"), stop) is not { } distributionPage
            || await market.RoyaltiesAsync(model, Ask.Page(RoyaltyList, royalties, "10"), stop) is not { } royaltyPage)
            return new Missing($"model {id}");

        return Pages.Show<ModelPage>(new
        {
            Model = facts,
            Channels = channelPage,
            Distributions = distributionPage,
            Royalties = royaltyPage,
            Served = trying is null ? null : await trying.FindAsync(facts, stop),
            NextChannels = Pages.Next(channelPage, ChannelList, $"/models/{model}", "channels"),
            NextDistributions = Pages.Next(distributionPage, DistributionList, $"/models/{model}", "distributions"),
            NextRoyalties = Pages.Next(royaltyPage, RoyaltyList, $"/models/{model}", "royalties"),
        });
    }
}
