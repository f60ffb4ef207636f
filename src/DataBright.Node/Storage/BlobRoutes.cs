using DataBright.Node.Rest;
using DataBright.Storage;
using Microsoft.Net.Http.Headers;

namespace DataBright.Node.Storage;

/// <summary>
/// Files as IPFS gateways give them: the bytes, the block of the address, or all blocks in an archive, which anybody can check.
/// </summary>
internal static class BlobRoutes
{
    /// <summary>Should a browser show the file all the same, it has no origin there, and may load and run nothing.</summary>
    private const string Policy = "default-src 'none'; sandbox; frame-ancestors 'none'";

    private const string ForEver = "public, max-age=29030400, immutable";

    public static void MapBlobs(this IEndpointRouteBuilder app)
    {
        app.MapGet("/ipfs/{cid}", OpenAsync).WithTags("Files").WithSummary("A file by its content; what it says never changes")
            .WithDescription(
                "Bytes, with ranges; with ?format=raw or Accept: application/vnd.ipld.raw the block of the address; with ?format=car the "
                + "blocks as an archive.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
        app.MapGet("/ipfs/{cid}/{**path}", (string cid, HttpContext context) =>
            ErrorResponses.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such thing",
                $"{RouteParsers.Cid(cid)} is a file: there are no paths below it.")).ExcludeFromDescription();
    }

    /// <summary>Everything is checked against its address while it is sent, and sent as bytes: no stranger's file is ever a page.</summary>
    private static async Task<IResult> OpenAsync(string cid, IBlobStore blobs, HttpContext context, CancellationToken stop)
    {
        var address = RouteParsers.Cid(cid);
        var headers = context.Response.Headers;
        headers.Vary = HeaderNames.Accept;
        // A unit that is not known is no range at all (RFC 9110, 14.2); the framework would take it for bytes.
        if (!context.Request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            context.Request.Headers.Remove(HeaderNames.Range);
        if (GatewayFormats.Of(context.Request) is not { } format)
            return TypedResults.Problem(
                "A file is given as its bytes, as a raw block (application/vnd.ipld.raw) or as an archive of blocks "
                + "(application/vnd.ipld.car).", statusCode: StatusCodes.Status406NotAcceptable);
        var order = format == GatewayFormat.Car ? CarOrder.Of(context.Request) : default;
        try
        {
            IResult answer = format switch
            {
                GatewayFormat.Raw => await RawAsync(blobs, address, headers, stop),
                GatewayFormat.Car => new Archive(await FileTree.OpenAsync(blobs, address, stop), order),
                _ => await FileAsync(blobs, address, headers, stop),
            };
            headers.ContentSecurityPolicy = Policy;
            headers["X-Ipfs-Path"] = $"/ipfs/{address}";
            context.Response.OnStarting(() =>
                Task.FromResult(headers.CacheControl = context.Response.StatusCode is StatusCodes.Status200OK
                    or StatusCodes.Status206PartialContent or StatusCodes.Status304NotModified ? ForEver : "no-store"));
            return answer;
        }
        catch (BlobMissingException)
        {
            return new NotFoundAnswer($"file {address}");
        }
    }

    private static async Task<IResult> FileAsync(IBlobStore blobs, Cid address, IHeaderDictionary headers, CancellationToken stop)
    {
        var file = await blobs.OpenAsync(address, stop);
        headers.ContentDisposition = "attachment";
        return TypedResults.Stream(file, address.Codec == CidCodec.Raw ? GatewayFormats.Raw : "application/octet-stream",
            entityTag: Tag($"{address}"), enableRangeProcessing: true);
    }

    private static async Task<IResult> RawAsync(IBlobStore blobs, Cid address, IHeaderDictionary headers, CancellationToken stop)
    {
        await using var tree = await FileTree.OpenAsync(blobs, address, stop);
        var block = await tree.RootBlockAsync(stop);
        headers.ContentDisposition = $"attachment; filename=\"{address}.bin\"";
        return TypedResults.Bytes(block.Bytes, GatewayFormats.Raw, entityTag: Tag($"{address}.raw"), enableRangeProcessing: true);
    }

    private static EntityTagHeaderValue Tag(string text) => new($"\"{text}\"");

    /// <summary>Written while it is read: it has no length beforehand, and no ranges.</summary>
    private sealed class Archive(FileTree tree, CarOrder order) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using var file = tree;
            var (request, response) = (httpContext.Request, httpContext.Response);
            response.ContentType = order.ContentType;
            response.Headers.ContentDisposition = $"attachment; filename=\"{tree.Root}.car\"";
            response.Headers.AcceptRanges = "none";
            var tag = new EntityTagHeaderValue($"\"{tree.Root}.car.{order.Tag}\"", isWeak: true);
            response.Headers.ETag = tag.ToString();
            if (request.GetTypedHeaders().IfNoneMatch
                .Any(known => known.Compare(tag, useStrongComparison: false) || known == EntityTagHeaderValue.Any))
                response.StatusCode = StatusCodes.Status304NotModified;
            else if (!HttpMethods.IsHead(request.Method)) await WriteAsync(response.Body, httpContext.RequestAborted);
        }

        private async Task WriteAsync(Stream body, CancellationToken stop)
        {
            var archive = new CarWriter(body);
            await archive.BeginAsync(tree.Root, stop);
            if (order.RootOnly)
            {
                await archive.AppendAsync(await tree.RootBlockAsync(stop), stop);
                return;
            }

            var written = new HashSet<Cid>();
            await foreach (var block in tree.BlocksAsync(stop))
                if (written.Add(block.Cid) || order.Repeats) await archive.AppendAsync(block, stop);
        }
    }
}
