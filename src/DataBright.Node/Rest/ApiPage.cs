using System.Security.Cryptography;
using DataBright.Node.Web;
using Scalar.AspNetCore;

namespace DataBright.Node.Rest;

/// <summary>
/// The OpenAPI document for people: Scalar's page, from scripts that this node serves itself. They start from a script within the page and style
/// what they draw, which the policy of all other pages forbids: this one alone has another, with a nonce. No word of a stranger is on it.
/// </summary>
internal static class ApiPage
{
    public const string Path = "/api";

    public static void MapApiPage(this IEndpointRouteBuilder app) => app.MapScalarApiReference(Path, (options, context) =>
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.PolicyWith(nonce);
        options.Title = "DataBright · REST interface";
        options.Theme = ScalarTheme.None;
        // Nothing of another host, and nothing told to one.
        options.DefaultFonts = false;
        options.Telemetry = false;
        options.WithNonce(nonce).WithJavaScriptConfiguration(context.RequestServices.GetRequiredService<AssetShelf>().Url("api.js"))
            .DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton();
    }).ExcludeFromDescription();
}
