using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Proposals;

/// <summary>What a contributor asks before anything is sent to the ledger.</summary>
internal static class CheckRoutes
{
    private const int MaxBytes = 4_096;

    public static void MapChecks(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/datasets/{id}/checks", CheckAsync).RequireRateLimiting(WriteLimits.Name)
            .Accepts<CheckOrder>("application/json").WithTags("Datasets")
            .WithSummary("Compare an uploaded shard with a dataset: its schema, exact copies, near copies. Sign it as an upload");

    /// <summary>It costs the node about a second, so it is for those who may upload.</summary>
    private static async Task<IResult> CheckAsync(string id, IProposalReader proposals, UploadAuthorization gate, HttpContext context,
        CancellationToken stop)
    {
        try
        {
            await gate.AdmitAsync(context, stop);
            var cid = RouteParsers.Cid((await Body.ReadAsync<CheckOrder>(context.Request, MaxBytes, stop)).Cid);
            return await proposals.CheckAsync(RouteParsers.Id<DatasetId>(id), cid, stop) is { } check
                ? TypedResults.Ok(check) : new NotFoundAnswer($"dataset {id}");
        }
        catch (UploadRefusedException refused)
        {
            return TypedResults.Problem(refused.Message, statusCode: refused.Status);
        }
        catch (BlobMissingException missing)
        {
            return TypedResults.Problem(missing.Message, statusCode: StatusCodes.Status404NotFound);
        }
        catch (Exception unfit) when (unfit is BlobException or FormatException)
        {
            return TypedResults.Problem(unfit.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }
}

/// <param name="Cid">A file that was uploaded before.</param>
public sealed record CheckOrder(string Cid);
