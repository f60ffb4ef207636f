using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace DataBright.Node.Drafts;

/// <summary>Leads from the page on which something was signed to the page on which it is followed.</summary>
internal static class FollowUp
{
    /// <summary>
    /// A page that script brought up to date goes there with its word of what came of it; another is sent there with the number of its
    /// outcome.
    /// </summary>
    public static IResult To(HttpContext context, string path)
    {
        if (context.Request.Headers["HX-Request"] != "true")
            return SeeOther(context, context.Request.Query["deed"] is [{ } deed] ? QueryHelpers.AddQueryString(path, "deed", deed) : path);
        context.Response.Headers["HX-Location"] =
            new JsonObject { ["path"] = path, ["target"] = "#content", ["select"] = "#content", ["swap"] = "outerHTML" }.ToJsonString();
        return TypedResults.Ok();
    }

    public static IResult SeeOther(HttpContext context, string path)
    {
        context.Response.Headers.Location = path;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}
