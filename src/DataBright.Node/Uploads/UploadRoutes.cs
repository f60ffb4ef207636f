using System.Globalization;
using System.Text;
using DataBright.Market.Storage;
using DataBright.Market.Uploads;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Http.Features;

namespace DataBright.Node.Uploads;

/// <summary>Files come in by tus 1.0.0, in pieces that can be sent again: any client of that protocol will do.</summary>
internal static class UploadRoutes
{
    private const string Extensions = "creation,checksum,expiration,termination";
    private const int LongestMetadata = 4096;

    public static void MapUploads(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/" + UploadHeaders.Route).WithTags("Uploads");
        group.MapMethods("/", ["OPTIONS"], Offer).WithSummary("What is offered: tus 1.0.0 and its extensions");
        group.MapPost("/", (HttpContext context, UploadRoom room, UploadGate gate) => ServeAsync(context, gate, (uploader, stop) => CreateAsync(context, room, uploader, stop)))
            .WithSummary("Begin an upload of Upload-Length bytes; Location says where to send them");
        Map("HEAD", "How many bytes have come", HeadAsync);
        Map("PATCH", "Send the bytes from Upload-Offset on", PatchAsync);
        Map("DELETE", "Give an upload up", DeleteAsync);
        // Clients that can send nothing but POST name the method they mean.
        group.MapPost("/{upload}", (string upload, HttpContext context, UploadRoom room, UploadGate gate) => (string?)context.Request.Headers["X-HTTP-Method-Override"] switch
        {
            "PATCH" => ServeAsync(context, gate, (uploader, stop) => PatchAsync(context, room, Id(upload), uploader, stop)),
            "HEAD" => ServeAsync(context, gate, (uploader, stop) => HeadAsync(context, room, Id(upload), uploader, stop)),
            "DELETE" => ServeAsync(context, gate, (uploader, stop) => DeleteAsync(context, room, Id(upload), uploader, stop)),
            _ => Trouble.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, null, "Send PATCH, HEAD or DELETE, or POST with one of them in X-HTTP-Method-Override."),
        }).ExcludeFromDescription();

        void Map(string method, string summary, Func<HttpContext, UploadRoom, UploadId, string, CancellationToken, Task> serve) =>
            group.MapMethods("/{upload}", [method], (string upload, HttpContext context, UploadRoom room, UploadGate gate) =>
                ServeAsync(context, gate, (uploader, stop) => serve(context, room, Id(upload), uploader, stop))).WithSummary(summary);
    }

    private static void Offer(HttpContext context, UploadRoom room)
    {
        var headers = context.Response.Headers;
        headers[UploadHeaders.Resumable] = UploadHeaders.Version;
        headers["Tus-Version"] = UploadHeaders.Version;
        headers["Tus-Extension"] = Extensions;
        headers["Tus-Max-Size"] = Number(room.Terms.MostBytes);
        headers["Tus-Checksum-Algorithm"] = UploadChecksum.Algorithms;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task CreateAsync(HttpContext context, UploadRoom room, string uploader, CancellationToken stop)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey("Upload-Defer-Length") || Whole(headers[UploadHeaders.Length]) is not { } length)
            throw new UploadRefusedException(StatusCodes.Status400BadRequest, "Say with Upload-Length how many bytes the file has.");
        var state = await room.CreateAsync(uploader, length, ExpectedCid(headers[UploadHeaders.Metadata]), stop);
        Tell(context, state);
        context.Response.Headers.Location = $"/{UploadHeaders.Route}/{state.Id}";
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static async Task HeadAsync(HttpContext context, UploadRoom room, UploadId id, string uploader, CancellationToken stop)
    {
        var state = await room.FindAsync(id, uploader, stop);
        Tell(context, state);
        context.Response.Headers[UploadHeaders.Length] = Number(state.Facts.Length);
        context.Response.StatusCode = StatusCodes.Status200OK;
    }

    private static async Task PatchAsync(HttpContext context, UploadRoom room, UploadId id, string uploader, CancellationToken stop)
    {
        var request = context.Request;
        if (request.ContentType != UploadHeaders.ContentType)
            throw new UploadRefusedException(StatusCodes.Status415UnsupportedMediaType, $"A piece is sent as {UploadHeaders.ContentType}.");
        if (Whole(request.Headers[UploadHeaders.Offset]) is not { } offset)
            throw new UploadRefusedException(StatusCodes.Status400BadRequest, "Say with Upload-Offset where the piece begins.");
        // The upload itself is the limit.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        var state = await room.AppendAsync(id, uploader, offset, request.Body, UploadChecksum.Read(request.Headers[UploadHeaders.Checksum]), stop);
        Tell(context, state);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task DeleteAsync(HttpContext context, UploadRoom room, UploadId id, string uploader, CancellationToken stop)
    {
        room.Remove(id, uploader);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>What holds for every request but OPTIONS: the version, the sender, and one form for everything that is refused.</summary>
    private static async Task ServeAsync(HttpContext context, UploadGate gate, Func<string, CancellationToken, Task> serve)
    {
        var stop = context.RequestAborted;
        context.Response.Headers[UploadHeaders.Resumable] = UploadHeaders.Version;
        try
        {
            if (context.Request.Headers[UploadHeaders.Resumable] != UploadHeaders.Version)
            {
                context.Response.Headers["Tus-Version"] = UploadHeaders.Version;
                throw new UploadRefusedException(StatusCodes.Status412PreconditionFailed, $"Send {UploadHeaders.Resumable}: {UploadHeaders.Version}.");
            }
            await serve(await gate.AdmitAsync(context, stop), stop);
        }
        catch (UploadRefusedException refused)
        {
            context.Refuse(RefusalArea.Upload, Number(refused.Status));
            if (refused.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = UploadHeaders.Scheme;
            await Trouble.WriteAsync(context, refused.Status, refused.Status == UploadRefusedException.ChecksumMismatch ? "Checksum Mismatch" : null, refused.Message);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && stop.IsCancellationRequested)
        {
            // Nobody is there to be told; what had come is kept.
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

    private static UploadId Id(string text) => UploadId.TryParse(text, out var id) ? id : throw UploadRefusedException.Unknown("of that name");

    /// <summary>The pairs of tus: a key, a space and a value in base64, with commas between. Only the address is of use here; a file name of a stranger's is not.</summary>
    private static Cid? ExpectedCid(string? metadata)
    {
        if (string.IsNullOrEmpty(metadata)) return null;
        if (metadata.Length > LongestMetadata) throw new UploadRefusedException(StatusCodes.Status400BadRequest, $"The metadata has more than {LongestMetadata} characters.");
        foreach (var pair in metadata.Split(','))
        {
            var words = pair.Trim().Split(' ');
            if (words[0] != UploadHeaders.CidKey) continue;
            var value = new byte[256];
            if (words.Length == 2 && words[1].Length <= 256 && Convert.TryFromBase64String(words[1], value, out int length) && Cid.TryParse(Encoding.ASCII.GetString(value, 0, length), out var cid))
                return cid;
            throw new UploadRefusedException(StatusCodes.Status400BadRequest, "The metadata's cid is not the base64 of a CID that can be used here: version 1 or 0, raw or dag-pb, sha2-256.");
        }
        return null;
    }

    private static long? Whole(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
