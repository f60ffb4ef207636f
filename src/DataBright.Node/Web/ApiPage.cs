using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace DataBright.Node.Web;

/// <summary>
/// The OpenAPI document for people: Scalar's page, from scripts that this node serves itself. They start from a script within the page and
/// style what they draw, which the policy of all other pages forbids: this one alone has another, with a nonce. No word of a stranger is on
/// it.
/// </summary>
internal static class ApiPage
{
    public const string Path = "/api";

    /// <summary>Scalar's quieter colours are too pale to be read by everybody (WCAG 2.2, 1.4.3).</summary>
    private const string Contrast =
        ".light-mode { --scalar-color-2: #454545; --scalar-color-3: #5a5a5a; --scalar-color-green: #00633f; --scalar-sidebar-color-2: "
        + "#454545; --scalar-sidebar-search-color: #5a5a5a; } "
        + ".dark-mode { --scalar-color-2: #c2c2c2; --scalar-color-3: #b0b0b0; --scalar-sidebar-color-2: #c2c2c2; "
        + "--scalar-sidebar-search-color: #b0b0b0; }";

    public static void MapApiPage(this IEndpointRouteBuilder app) => app.MapScalarApiReference(Path, (options, context) =>
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.PolicyWith(nonce);
        options.Title = "DataBright · REST interface";
        options.Theme = ScalarTheme.None;
        options.CustomCss = Contrast;
        // Nothing of another host, and nothing told to one.
        options.DefaultFonts = false;
        options.Telemetry = false;
        options.WithNonce(nonce).WithJavaScriptConfiguration(context.RequestServices.GetRequiredService<PageAssets>().Url("api.js"))
            .DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton();
    }).AddEndpointFilter(static (context, next) =>
        // Scalar opens a document whose name stands in the address. There is one, and no stranger's word chooses another.
        context.HttpContext.Request.RouteValues.Values.All(name => name is null or "v1")
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.NotFound())).ExcludeFromDescription();
}
