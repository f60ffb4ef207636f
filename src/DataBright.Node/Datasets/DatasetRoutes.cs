using DataBright.Market;
using DataBright.Node.Models;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Shares;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace DataBright.Node.Datasets;

internal static class DatasetRoutes
{
    private const string List = "datasets", ShardList = "shards", ShareholderList = "shareholders", RevenueList = "revenue";

    private const int MaxTried = 3;

    public static void MapDatasets(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1/datasets").WithTags("Datasets");
        rest.MapGet("/", ListAsync).WithSummary("Datasets, newest first; those with the words of q where it is given");
        rest.MapGet("/{id}", OneAsync).RequireRateLimiting(WriteLimits.Costly).WithSummary("A dataset with its policy");
        rest.MapGet("/{id}/shards", ShardsAsync).WithSummary("Its shards in the order they were listed");
        rest.MapGet("/{id}/shareholders", ShareholdersAsync).WithSummary("Its shareholders, largest first");
        rest.MapGet("/{id}/impact", ImpactAsync).RequireRateLimiting(WriteLimits.Costly)
            .WithSummary("What each shard and contributor brought to models, and earned");
        rest.MapGet("/{id}/revenue", RevenueAsync).WithSummary("What it earned, newest first");

        app.MapGet("/", ExplorePageAsync).ExcludeFromDescription();
        app.MapGet("/datasets", () => TypedResults.Redirect("/", permanent: true)).ExcludeFromDescription();
        app.MapGet("/datasets/{id}", DatasetPageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapGet("/datasets/{id}/samples/{label}.png", SamplesAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
    }

    private static async Task<JsonWithETag<Page<DatasetSummary>>> ListAsync(string? q, string? cursor, string? limit,
        IDatasetReader datasets, CancellationToken stop) =>
        JsonAnswers.With(List, await datasets.ListAsync(RouteParsers.Search(q), RouteParsers.Page(List, cursor, limit), stop));

    private static async Task<Results<JsonWithETag<DatasetFacts>, NotFoundAnswer>> OneAsync(string id, IDatasetReader datasets,
        CancellationToken stop) =>
        await datasets.FindAsync(RouteParsers.Id<DatasetId>(id), stop) is { } dataset
            ? JsonAnswers.With(dataset) : new NotFoundAnswer($"dataset {id}");

    private static async Task<Results<JsonWithETag<Page<ShardFacts>>, NotFoundAnswer>> ShardsAsync(string id, string? cursor, string? limit,
        IDatasetReader datasets, CancellationToken stop) =>
        await datasets.ShardsAsync(RouteParsers.Id<DatasetId>(id), RouteParsers.Page(ShardList, cursor, limit), stop) is { } page
            ? JsonAnswers.With(ShardList, page) : new NotFoundAnswer($"dataset {id}");

    private static async Task<Results<JsonWithETag<Page<Shareholding>>, NotFoundAnswer>> ShareholdersAsync(string id, string? cursor,
        string? limit, IDatasetReader datasets, CancellationToken stop) =>
        await datasets.ShareholdersAsync(RouteParsers.Id<DatasetId>(id), RouteParsers.Page(ShareholderList, cursor, limit), stop)
            is { } page ? JsonAnswers.With(ShareholderList, page) : new NotFoundAnswer($"dataset {id}");

    private static async Task<Results<JsonWithETag<Page<RevenueEntry>>, NotFoundAnswer>> RevenueAsync(string id, string? cursor,
        string? limit, IDatasetReader datasets, CancellationToken stop) =>
        await datasets.RevenueAsync(RouteParsers.Id<DatasetId>(id), RouteParsers.Page(RevenueList, cursor, limit), stop) is { } page
            ? JsonAnswers.With(RevenueList, page) : new NotFoundAnswer($"dataset {id}");

    private static async Task<Results<JsonWithETag<DatasetImpact>, NotFoundAnswer>> ImpactAsync(string id, IDatasetReader datasets,
        CancellationToken stop) =>
        await datasets.ImpactAsync(RouteParsers.Id<DatasetId>(id), stop) is { } impact
            ? JsonAnswers.With(impact) : new NotFoundAnswer($"dataset {id}");

    private static async Task<RazorComponentResult> ExplorePageAsync(string? q, string? cursor, IDatasetReader datasets,
        IModelReader models, CancellationToken stop)
    {
        var search = RouteParsers.Search(q);
        var page = await datasets.ListAsync(search, RouteParsers.Page(List, cursor, "24"), stop);
        return Pages.Show<ExplorePage>(new
        {
            Search = search,
            Datasets = page,
            Models = await models.ListAsync(null, PageRequest.First(6), stop),
            Next = Pages.Next(page, List, search.IsEmpty ? "/" : QueryHelpers.AddQueryString("/", "q", search.Words!)),
        });
    }

    private static async Task<Results<RazorComponentResult, NotFoundAnswer>> DatasetPageAsync(string id, string? shards, string? holders,
        IDatasetReader datasets, IProposalReader proposals, IModelReader models, SampleReader samples, CancellationToken stop)
    {
        var dataset = RouteParsers.Id<DatasetId>(id);
        var first = PageRequest.First(PageRequest.Most);
        var shardRequest = RouteParsers.Page(ShardList, shards);
        if (await datasets.FindAsync(dataset, stop) is not { } facts
            || await datasets.ShardsAsync(dataset, first, stop) is not { } growth
            || await datasets.ShardsAsync(dataset, shardRequest, stop) is not { } shardPage
            || await datasets.ShareholdersAsync(dataset, RouteParsers.Page(ShareholderList, holders, "20"), stop) is not { } holderPage
            || await datasets.ImpactAsync(dataset, stop) is not { } impact
            || await datasets.RevenueAsync(dataset, first, stop) is not { } revenue)
            return new NotFoundAnswer($"dataset {id}");

        var sampled = await SampledAsync(dataset, growth.Items, samples, stop);
        return Pages.Show<DatasetPage>(new
        {
            Dataset = facts,
            Growth = growth.Items,
            ShardPage = shardPage,
            Impact = impact,
            Holders = holderPage,
            Revenue = revenue,
            Proposals = await proposals.ListAsync(dataset, PageRequest.First(10), stop),
            Models = await models.ListAsync(dataset, PageRequest.First(5), stop),
            Best = facts.BestModel is { } best ? (await models.FindAsync(best, stop))?.Summary : null,
            Nameable = await models.NameableAsync(dataset, stop),
            Samples = sampled?.Samples.Sheet,
            SampledShard = sampled?.Shard ?? 0,
            NextShards = Pages.Next(shardPage, ShardList, $"/datasets/{dataset}", "shards"),
            NextHolders = Pages.Next(holderPage, ShareholderList, $"/datasets/{dataset}", "holders"),
        });
    }

    private static async Task<Results<FileContentHttpResult, NotFoundAnswer>> SamplesAsync(string id, string label, IDatasetReader datasets,
        SampleReader samples, HttpResponse response, CancellationToken stop)
    {
        var dataset = RouteParsers.Id<DatasetId>(id);
        if (await datasets.ShardsAsync(dataset, PageRequest.First(PageRequest.Most), stop) is not { } shards
            || await SampledAsync(dataset, shards.Items, samples, stop) is not { } sampled
            || !int.TryParse(label, out int number)
            || sampled.Samples.Png(number) is not { } png)
            return new NotFoundAnswer($"row of samples labelled {Wording.Cut(label, 12)} of dataset {id} on this node");
        // Another shard may come to stand for the dataset: the first may be delisted.
        response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.File(png, "image/png");
    }

    /// <summary>The first shard that is listed and can be looked at here; what a dataset is shows in its first.</summary>
    private static async Task<(int Shard, ShardSamples Samples)?> SampledAsync(DatasetId dataset, IReadOnlyList<ShardFacts> shards,
        SampleReader samples, CancellationToken stop)
    {
        foreach (var shard in shards.Where(shard => !shard.Delisted).Take(MaxTried))
            if (await samples.FindAsync(shard.Cid, new SampledOffer(dataset, shard.Root, shard.Points, shard.Block), stop) is { } found)
                return (shard.Number, found);
        return null;
    }
}
