using System.Globalization;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Node.Roles;
using DataBright.Services.Uploads;
using Microsoft.AspNetCore.Http.Features;

namespace DataBright.Node.Uploads;

/// <summary>Files come in by tus 1.0.0, in pieces that can be sent again: any client of that protocol will do.</summary>
internal static class UploadRoutes
{
    private static readonly string[] Overriding = ["POST", "PATCH", "HEAD", "DELETE", "OPTIONS"];

    private const string Extensions = "creation,checksum,expiration,termination";

    public static void MapUploads(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/" + UploadHeaders.Route).WithTags("Uploads");
        group.MapMethods("/", ["OPTIONS"], Offer).WithSummary("What is offered: tus 1.0.0 and its extensions");
        group.MapMethods("/{upload}", ["OPTIONS"], Offer).ExcludeFromDescription();
        group.MapPost("/", (HttpContext context, UploadManager uploads,
            UploadAuthorization gate) => ServeAsync(context, gate, (uploader, stop) => CreateAsync(context, uploads, uploader, stop)))
            .WithSummary("Begin an upload of Upload-Length bytes; Location says where to send them");
        Map("HEAD", "How many bytes have come", HeadAsync);
        Map("PATCH", "Send the bytes from Upload-Offset on", PatchAsync);
        Map("DELETE", "Give an upload up", DeleteAsync);
        void Map(string method, string summary, Func<HttpContext, UploadManager, UploadId, string, CancellationToken, Task> serve) =>
            group.MapMethods("/{upload}", [method], (string upload, HttpContext context, UploadManager uploads, UploadAuthorization gate) =>
                ServeAsync(context, gate, (uploader, stop) => serve(context, uploads, Id(upload), uploader, stop))).WithSummary(summary);
    }

    /// <summary>
    /// What holds for every answer below this address, refusals of routing included: the version. Clients that can send nothing but POST
    /// name the method they mean, and the one they sent is then disregarded; so this comes before the routes.
    /// </summary>
    public static void UseUploads(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments("/" + UploadHeaders.Route)) return next(context);
        context.Response.OnStarting(() => Task.FromResult(context.Response.Headers[UploadHeaders.Resumable] = UploadHeaders.Version));
        if (context.Request.Headers["X-HTTP-Method-Override"] is [{ } meant] && Overriding.Contains(meant)) context.Request.Method = meant;
        return next(context);
    });

    private static void Offer(HttpContext context, UploadManager uploads)
    {
        var headers = context.Response.Headers;
        headers["Tus-Version"] = UploadHeaders.Version;
        headers["Tus-Extension"] = Extensions;
        headers["Tus-Max-Size"] = Number(uploads.Terms.MaxBytes);
        headers["Tus-Checksum-Algorithm"] = UploadChecksum.Algorithms;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task CreateAsync(HttpContext context, UploadManager uploads, string uploader, CancellationToken stop)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey("Upload-Defer-Length") || Whole(headers[UploadHeaders.Length]) is not { } length)
            throw new UploadRefusedException(StatusCodes.Status400BadRequest, "Say with Upload-Length how many bytes the file has.");
        var state = await uploads.CreateAsync(uploader, length, UploadMetadata.Read(headers[UploadHeaders.Metadata]), stop);
        Tell(context, state);
        context.Response.Headers.Location = $"/{UploadHeaders.Route}/{state.Id}";
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static async Task HeadAsync(HttpContext context, UploadManager uploads, UploadId id, string uploader, CancellationToken stop)
    {
        var state = await uploads.FindAsync(id, uploader, stop);
        Tell(context, state);
        context.Response.Headers[UploadHeaders.Length] = Number(state.Facts.Length);
        if (state.Facts.Metadata is { } metadata) context.Response.Headers[UploadHeaders.Metadata] = metadata;
        context.Response.StatusCode = StatusCodes.Status200OK;
    }

    private static async Task PatchAsync(HttpContext context, UploadManager uploads, UploadId id, string uploader, CancellationToken stop)
    {
        var request = context.Request;
        if (!MediaType.Is(request.ContentType, UploadHeaders.ContentType))
            throw new UploadRefusedException(StatusCodes.Status415UnsupportedMediaType, $"A piece is sent as {UploadHeaders.ContentType}.");
        if (Whole(request.Headers[UploadHeaders.Offset]) is not { } offset)
            throw new UploadRefusedException(StatusCodes.Status400BadRequest, "Say with Upload-Offset where the piece begins.");
        // The upload itself is the limit.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        var state = await uploads.AppendAsync(id, uploader, offset, request.Body,
            UploadChecksum.Read(request.Headers[UploadHeaders.Checksum]), stop);
        Tell(context, state);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task DeleteAsync(HttpContext context, UploadManager uploads, UploadId id, string uploader, CancellationToken stop)
    {
        uploads.Remove(id, uploader);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>What holds for every request but OPTIONS: the version, the sender, and one form for everything that is refused.</summary>
    private static async Task ServeAsync(HttpContext context, UploadAuthorization gate, Func<string, CancellationToken, Task> serve)
    {
        var stop = context.RequestAborted;
        try
        {
            if (context.Request.Headers[UploadHeaders.Resumable] != UploadHeaders.Version)
            {
                context.Response.Headers["Tus-Version"] = UploadHeaders.Version;
                throw new UploadRefusedException(StatusCodes.Status412PreconditionFailed,
                    $"Send {UploadHeaders.Resumable}: {UploadHeaders.Version}.");
            }
            await serve(await gate.AdmitAsync(context, stop), stop);
        }
        catch (UploadRefusedException refused)
        {
            context.Refuse(RefusalArea.Upload, Number(refused.Status));
            if (refused.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = UploadHeaders.Scheme;
            await ErrorResponses.WriteAsync(context, refused.Status,
                refused.Status == UploadRefusedException.ChecksumMismatch ? "Checksum Mismatch" : null, refused.Message);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && stop.IsCancellationRequested)
        {
            // Nobody is there to be told; what had come is kept.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException && NodeStorage.TroubleIn(fault) is null)
        {
            await ErrorResponses.WriteStorageAsync(context,
                $"This upload cannot be written now: {FaultWords.Of(fault)} What was acknowledged is kept; ask with HEAD where to go on.");
        }
    }

    private static void Tell(HttpContext context, UploadState state)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers[UploadHeaders.Offset] = Number(state.Offset);
        headers[UploadHeaders.Expires] = state.Facts.Expires.ToString("R", CultureInfo.InvariantCulture);
        if (state.Facts.Finished is { } cid) headers[UploadHeaders.Path] = $"/ipfs/{cid}";
    }

    private static UploadId Id(string text) =>
        UploadId.TryParse(text, out var id) ? id : throw UploadRefusedException.Unknown("of that name");

    private static long? Whole(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
