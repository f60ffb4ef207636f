using DataBright.Market;
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
        rest.MapGet("/{id}", OneAsync).RequireRateLimiting(WriteLimits.Costly)
            .WithSummary("A model with its lineage, its income and who serves it");
        rest.MapGet("/{id}/channels", ChannelsAsync).WithSummary("The channels through which it is paid for, newest first");
        rest.MapGet("/{id}/distributions", DistributionsAsync).WithSummary("When its earnings were divided, newest first");
        rest.MapGet("/{id}/royalties", RoyaltiesAsync).WithSummary("What it got of the earnings of models made from it, newest first");

        app.MapGet("/models", ListPageAsync).ExcludeFromDescription();
        app.MapGet("/models/{id}", ModelPageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
    }

    private static async Task<JsonWithETag<Page<ModelSummary>>> ListAsync(string? dataset, string? cursor, string? limit,
        IModelReader models, CancellationToken stop) =>
        JsonAnswers.With(List,
            await models.ListAsync(RouteParsers.OptionalId<DatasetId>(dataset, "dataset"), RouteParsers.Page(List, cursor, limit), stop));

    private static async Task<Results<JsonWithETag<ModelFacts>, NotFoundAnswer>> OneAsync(string id, IModelReader models,
        CancellationToken stop) =>
        await models.FindAsync(RouteParsers.Id<ModelId>(id), stop) is { } model
            ? JsonAnswers.With(model) : new NotFoundAnswer($"model {id}");

    private static async Task<Results<JsonWithETag<Page<ChannelFacts>>, NotFoundAnswer>> ChannelsAsync(string id, string? cursor,
        string? limit, IModelReader models, CancellationToken stop) =>
        await models.ChannelsAsync(RouteParsers.Id<ModelId>(id), RouteParsers.Page(ChannelList, cursor, limit), stop) is { } page
            ? JsonAnswers.With(ChannelList, page) : new NotFoundAnswer($"model {id}");

    private static async Task<Results<JsonWithETag<Page<DistributionFacts>>, NotFoundAnswer>> DistributionsAsync(string id, string? cursor,
        string? limit, IModelReader models, CancellationToken stop) =>
        await models.DistributionsAsync(RouteParsers.Id<ModelId>(id), RouteParsers.Page(DistributionList, cursor, limit), stop) is { } page
            ? JsonAnswers.With(DistributionList, page) : new NotFoundAnswer($"model {id}");

    private static async Task<Results<JsonWithETag<Page<RoyaltyFacts>>, NotFoundAnswer>> RoyaltiesAsync(string id, string? cursor,
        string? limit, IModelReader models, CancellationToken stop) =>
        await models.RoyaltiesAsync(RouteParsers.Id<ModelId>(id), RouteParsers.Page(RoyaltyList, cursor, limit), stop) is { } page
            ? JsonAnswers.With(RoyaltyList, page) : new NotFoundAnswer($"model {id}");

    private static async Task<RazorComponentResult> ListPageAsync(string? dataset, string? cursor, IModelReader models,
        CancellationToken stop)
    {
        var of = RouteParsers.OptionalId<DatasetId>(dataset, "dataset");
        var page = await models.ListAsync(of, RouteParsers.Page(List, cursor), stop);
        return Pages.Show<ModelsPage>(new { Models = page,
            Next = Pages.Next(page, List, of is { } one ? $"/models?dataset={one}" : "/models") });
    }

    private static async Task<Results<RazorComponentResult, NotFoundAnswer>> ModelPageAsync(string id, string? channels,
        string? distributions, string? royalties, IModelReader models, [FromServices] TryOut? trying, CancellationToken stop)
    {
        var model = RouteParsers.Id<ModelId>(id);
        if (await models.FindAsync(model, stop) is not { } facts
            || await models.ChannelsAsync(model, RouteParsers.Page(ChannelList, channels, "10"), stop) is not { } channelPage
            || await models.DistributionsAsync(model, RouteParsers.Page(DistributionList, distributions, "10"), stop)
                is not { } distributionPage
            || await models.RoyaltiesAsync(model, RouteParsers.Page(RoyaltyList, royalties, "10"), stop) is not { } royaltyPage)
            return new NotFoundAnswer($"model {id}");

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
