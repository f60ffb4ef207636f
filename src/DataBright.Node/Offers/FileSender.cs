using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DataBright.Node.Accounts;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using Microsoft.AspNetCore.Antiforgery;

namespace DataBright.Node.Offers;

/// <summary>Who may have a file read: whoever has unlocked a key here, and whoever may upload.</summary>
internal sealed class FileSender(UploadAuthorization gate, IAntiforgery antiforgery)
{
    /// <returns>Whose upload it is.</returns>
    /// <exception cref="UploadRefusedException">The request does not say who sends it, in a way that can be believed.</exception>
    public async Task<string> AdmitAsync(HttpContext context, CancellationToken stop)
    {
        var request = context.Request;
        // A form can be sent from another site without asking first.
        if (request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
            throw new UploadRefusedException(StatusCodes.Status403Forbidden, "Another site's page sent this. Open this node's own page.");
        if (context.RequestServices.GetRequiredService<VisitorSession>().Session is null) return await gate.AdmitAsync(context, stop);
        await LocalForms.RequireOwnAsync(context, antiforgery);
        return UploadFacts.ThisMachine;
    }
}

/// <summary>What a wallet signs before it sends a file.</summary>
/// <param name="TypedData">For eth_signTypedData_v4.</param>
/// <param name="At">In seconds; it goes into the header with the nonce and the signature.</param>
public sealed record PassToSign(JsonObject TypedData, long At, Hash32 Nonce);

internal static class PassRoutes
{
    private static readonly string[] Signed = ["offers", "drafts"];

    public static void MapPasses(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/uploads/pass", Ask).RequireRateLimiting(WriteLimits.Name).WithTags("Uploads")
            .WithSummary("What a wallet signs to send a file to a path: an UploadRequest (EIP-712)");

    private static IResult Ask(string path, HttpContext context, UploadAuthorization gate, TimeProvider clock)
    {
        if (!Signed.Any(end => path.StartsWith("/api/v1/", StringComparison.Ordinal) && path.EndsWith("/" + end, StringComparison.Ordinal)))
            throw new InvalidRequestException("path", $"A file is sent to a path that ends in {string.Join(" or ", Signed)}.");
        var (now, nonce) = (clock.GetUtcNow(), new Hash32(RandomNumberGenerator.GetBytes(Hash32.Size)));
        context.Response.Headers.CacheControl = "no-store";
        return gate.ToSign(context, HttpMethods.Post, path, now, nonce) is { } message
            ? TypedResults.Ok(new PassToSign(message.ToJson(), now.ToUnixTimeSeconds(), nonce))
            : TypedResults.Problem("This node takes no uploads.", statusCode: StatusCodes.Status403Forbidden);
    }
}
