using DataBright.Node.Rest;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Shares;

internal static class ShareRoutes
{
    public static void MapShares(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/portfolios/{account}", OneAsync).RequireRateLimiting(WriteLimits.Costly).WithTags("Shares")
            .WithSummary("Shares, claims and waiting votes of an account");

        app.MapGet("/portfolio", SearchPageAsync).ExcludeFromDescription();
        app.MapGet("/portfolio/{account}", PageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
    }

    private static async Task<JsonWithETag<Portfolio>> OneAsync(string account, IPortfolioReader portfolios, CancellationToken stop) =>
        JsonAnswers.With(await portfolios.ReadAsync(RouteParsers.Account(account), stop));

    private static Results<RazorComponentResult, RedirectHttpResult> SearchPageAsync(string? account, Visitor visitor) =>
        (account?.Trim(), visitor.Account) switch
    {
        ({ Length: > 0 } asked, _) => TypedResults.Redirect($"/portfolio/{RouteParsers.Account(asked)}"),
        (_, { } own) => TypedResults.Redirect($"/portfolio/{own}"),
        _ => Pages.Show<PortfolioPage>(new { }),
    };

    private static async Task<RazorComponentResult> PageAsync(string account, IPortfolioReader portfolios, CancellationToken stop) =>
        Pages.Show<PortfolioPage>(new { Portfolio = await portfolios.ReadAsync(RouteParsers.Account(account), stop) });
}
