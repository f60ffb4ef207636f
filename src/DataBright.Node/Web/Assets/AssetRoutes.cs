using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Web;

internal static class AssetRoutes
{
    public static void MapAssets(this IEndpointRouteBuilder app)
    {
        app.MapGet("/assets/{version}/{**name}", Find).ExcludeFromDescription();
        app.MapGet("/favicon.ico", (PageAssets assets) => TypedResults.Redirect(assets.Url("mark.svg"))).ExcludeFromDescription();
    }

    private static Results<FileContentHttpResult, NotFound> Find(string version, string name, PageAssets assets, HttpResponse response)
    {
        if (assets.Find(name) is not { } file) return TypedResults.NotFound();
        // A page of an older version may ask during an upgrade; it gets today's file, but not to keep.
        response.Headers.CacheControl = version == assets.Version ? "public, max-age=31536000, immutable" : "no-cache";
        return TypedResults.File(file.Content, file.Type);
    }
}
