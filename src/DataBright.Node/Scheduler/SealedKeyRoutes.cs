using System.Security.Cryptography;
using System.Text.Json.Serialization;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Rest;
using DataBright.Storage;
using JobState = DataBright.Market.Jobs.JobState;

namespace DataBright.Node.Scheduler;

/// <summary>
/// How a scheduler or a referee gets keys to sealed points, and how whoever bought a training run gets those of the points it was trained
/// on.
/// </summary>
internal static class SealedKeyRoutes
{
    /// <summary>Files that are opened at a time, to try a key.</summary>
    private const int AtOnce = 2;

    private const int MaxBody = 4096;

    public static void MapSealedKeys(this IEndpointRouteBuilder routes, SealedKeys keys)
    {
        var seats = new SemaphoreSlim(AtOnce, AtOnce);
        routes.MapGet("/compute/recipient",
            (HttpContext context, CancellationToken stop) => Answers.JsonAsync(context, keys.Recipient, stop)).ExcludeFromDescription();
        routes.MapPost("/compute/held-out-keys/{dataset}",
            (uint dataset, HttpContext context, CancellationToken stop) => TakeAsync(seats, context,
                body => keys.TakeHeldOutAsync(new DatasetId(dataset), Bytes(body), stop), stop))
            .RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        routes.MapPost("/compute/shard-keys/{dataset}",
            (uint dataset, HttpContext context, CancellationToken stop) => TakeAsync(seats, context, body => keys.TakeShardAsync(
                new DatasetId(dataset), RouteParsers.Cid(body.File ?? ""), Root(body.Shard),
                body.Proposal is { } proposal ? new ProposalId(proposal) : null, Bytes(body), stop), stop))
            .RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        routes.MapGet("/compute/jobs/{job}/keys", (ulong job, string? reader, Market.Ledger ledger, IBlobStore blobs, HttpContext context,
            CancellationToken stop) => GiveAsync(seats, keys, ledger, blobs, new JobId(job), reader, context, stop))
            .RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
    }

    private static async Task<IResult> TakeAsync(SemaphoreSlim seats, HttpContext context, Func<WrappedKey, Task> takeAsync,
        CancellationToken stop)
    {
        var body = await Body.ReadAsync<WrappedKey>(context.Request, MaxBody, stop);
        if (!seats.Wait(0, CancellationToken.None)) return Busy();
        try
        {
            await takeAsync(body);
            return Results.NoContent();
        }
        catch (KeyRefusedException refused)
        {
            return Results.Problem(refused.Message, statusCode: ErrorResponses.StatusOf(refused.Kind));
        }
        catch (BadPlanException bad)
        {
            return Refused(bad.Message);
        }
        catch (BlobException missing)
        {
            return Results.Problem($"{missing.Message} Upload it first.", statusCode: StatusCodes.Status409Conflict);
        }
        finally
        {
            seats.Release();
        }
    }

    /// <summary>Wrapped for the buyer's key, so whoever asks: nobody else can open what is answered.</summary>
    private static async Task<IResult> GiveAsync(SemaphoreSlim seats, SealedKeys keys, Market.Ledger ledger, IBlobStore blobs, JobId id,
        string? reader, HttpContext context, CancellationToken stop)
    {
        var buyer = Reader(reader);
        if (await ledger.Jobs.FindAsync(id, stop) is not { } job) return new NotFoundAnswer($"job {id}");
        if (job.Kind != JobKind.Training || job.State != JobState.Settled)
            return Refused($"Job {id} is no training run that is settled: nobody bought points by it.");
        if (job.Buyer != buyer.Address)
            return Results.Problem($"{buyer.Address} did not buy job {id}.", statusCode: ErrorResponses.StatusOf(FailureKind.Denied));
        if (!seats.Wait(0, CancellationToken.None)) return Busy();
        try
        {
            if (await new JobHistory(ledger).FindSettledAsync(id, stop) is not { } settled)
                return Refused($"What job {id} ordered cannot be read from the chain.");
            var plan = JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(settled.Order.Plan), JobPlan.MaxBytes, stop));
            if (plan.Dataset != job.Dataset) return Refused($"The plan of job {id} is another dataset's.");
            await Answers.JsonAsync(context, await keys.GiveAsync(plan, buyer, stop), stop);
            return Results.Empty;
        }
        catch (BlobMissingException missing)
        {
            return Results.Problem(missing.Message, statusCode: StatusCodes.Status404NotFound);
        }
        catch (KeyRefusedException refused)
        {
            return Results.Problem(refused.Message, statusCode: ErrorResponses.StatusOf(refused.Kind));
        }
        catch (Exception damaged) when (damaged is BlobException or CryptographicException
            or DataBrightException { Kind: FailureKind.Damaged or FailureKind.Invalid })
        {
            return Refused($"The keys of job {id} cannot be given here: {damaged.Message}");
        }
        finally
        {
            seats.Release();
        }
    }

    private static IResult Busy() =>
        Results.Problem("Other keys are being tried or given. Ask again in some seconds.",
            statusCode: StatusCodes.Status503ServiceUnavailable);

    private static IResult Refused(string why) => Results.Problem(why, statusCode: StatusCodes.Status409Conflict);

    private static byte[] Bytes(WrappedKey body) => Hex(body.Wrapped) is { Length: ContentKey.WrappedSize } wrapped
        ? wrapped
        : throw new InvalidRequestException("wrapped",
            $"A key wrapped for this node is {ContentKey.WrappedSize} bytes, in hexadecimal digits after 0x.");

    private static Hash32 Root(string? text) => Hex(text) is { Length: Hash32.Size } root
        ? new Hash32(root)
        : throw new InvalidRequestException("shard", $"The root of a shard is {Hash32.Size} bytes, in hexadecimal digits after 0x.");

    private static PublicKey Reader(string? text)
    {
        try
        {
            if (Hex(text) is { } bytes) return PublicKey.Parse(bytes);
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            // Told below.
        }

        throw new InvalidRequestException("reader", "Name the buyer's public key, in hexadecimal digits after 0x.");
    }

    private static byte[]? Hex(string? text)
    {
        try
        {
            return text is null ? null : Convert.FromHexString(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>A content key that is encrypted to a node's trusted key.</summary>
/// <param name="Wrapped">In hexadecimal digits after 0x.</param>
public sealed record WrappedKey(string Wrapped)
{
    /// <summary>The sealed file; null for a dataset's held-out set, which its terms name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }

    /// <summary>The root of the sealed points.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Shard { get; init; }

    /// <summary>The open proposal that offers them; null where they are listed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Proposal { get; init; }
}
