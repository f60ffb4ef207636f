using DataBright.Market;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Models;

internal static class ModelRoutes
{
    private const string List = "models";

    public static void MapModels(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1/models").WithTags("Models");
        rest.MapGet("/", ListAsync).WithSummary("Models, newest first");
        rest.MapGet("/{id}", OneAsync).WithSummary("A model with its lineage");

        app.MapGet("/models", ListPageAsync).ExcludeFromDescription();
        app.MapGet("/models/{id}", ModelPageAsync).ExcludeFromDescription();
    }

    private static async Task<Tagged<Page<ModelSummary>>> ListAsync(string? dataset, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        Answer.With(List, await market.ModelsAsync(Ask.OptionalId<DatasetId>(dataset, "dataset"), Ask.Page(List, cursor, limit), stop));

    private static async Task<Results<Tagged<ModelFacts>, Missing>> OneAsync(string id, IMarketView market, CancellationToken stop) =>
        await market.ModelAsync(Ask.Id<ModelId>(id), stop) is { } model ? Answer.With(model) : new Missing($"model {id}");

    private static async Task<RazorComponentResult> ListPageAsync(string? dataset, string? cursor, IMarketView market, CancellationToken stop)
    {
        var of = Ask.OptionalId<DatasetId>(dataset, "dataset");
        var models = await market.ModelsAsync(of, Ask.Page(List, cursor), stop);
        return Pages.Show<ModelsPage>(new { Models = models, Next = Pages.Next(models, List, of is { } one ? $"/models?dataset={one}" : "/models") });
    }

    private static async Task<Results<RazorComponentResult, Missing>> ModelPageAsync(string id, IMarketView market, CancellationToken stop) =>
        await market.ModelAsync(Ask.Id<ModelId>(id), stop) is { } model ? Pages.Show<ModelPage>(new { Model = model }) : new Missing($"model {id}");
}
