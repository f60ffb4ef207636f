using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Accounts;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Jobs;

internal static class JobRoutes
{
    private const string List = "jobs";

    private sealed record Sight(JobFacts Job, JobProgress? Progress)
    {
        /// <summary>Nothing more happens in it: it was settled or refunded, its scheduler gave it up, or its time is over.</summary>
        public bool IsOver => Job.Summary is { State: JobState.Settled or JobState.Refunded } or { Overdue: true } || Progress is { Failed: true };
    }

    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1/jobs").WithTags("Jobs");
        rest.MapGet("/", ListAsync).WithSummary("Jobs, newest first");
        rest.MapGet("/{id}", OneAsync).RequireRateLimiting(WriteLimits.Costly).WithSummary("A job with its convictions and payments");
        rest.MapGet("/{id}/progress", ProgressAsync).RequireRateLimiting(WriteLimits.Costly).WithSummary("The tasks of a job and its training loss, from its scheduler");

        app.MapGet("/jobs", ListPageAsync).ExcludeFromDescription();
        app.MapGet("/jobs/{id}", JobPageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapGet("/jobs/{id}/live", LiveAsync).ExcludeFromDescription();
    }

    private static async Task<JsonWithETag<Page<JobSummary>>> ListAsync(string? dataset, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        JsonAnswers.With(List, await market.JobsAsync(RouteParsers.OptionalId<DatasetId>(dataset, "dataset"), RouteParsers.Page(List, cursor, limit), stop));

    private static async Task<Results<JsonWithETag<JobFacts>, NotFoundAnswer>> OneAsync(string id, IMarketView market, CancellationToken stop) =>
        await market.JobAsync(RouteParsers.Id<JobId>(id), stop) is { } job ? JsonAnswers.With(job) : new NotFoundAnswer($"job {id}");

    private static async Task<Results<JsonWithETag<JobProgress>, NotFoundAnswer>> ProgressAsync(string id, IJobWatch watch, CancellationToken stop) =>
        await watch.FindAsync(RouteParsers.Id<JobId>(id), stop) is { } progress ? JsonAnswers.With(progress) : new NotFoundAnswer($"job {id} scheduled by this node");

    private static async Task<RazorComponentResult> ListPageAsync(string? dataset, string? cursor, IMarketView market, CancellationToken stop)
    {
        var of = RouteParsers.OptionalId<DatasetId>(dataset, "dataset");
        var jobs = await market.JobsAsync(of, RouteParsers.Page(List, cursor), stop);
        return Pages.Show<JobsPage>(new { Jobs = jobs, Next = Pages.Next(jobs, List, of is { } one ? $"/jobs?dataset={one}" : "/jobs") });
    }

    private static async Task<Results<RazorComponentResult, NotFoundAnswer>> JobPageAsync(string id, IMarketView market, IJobWatch watch, Visitor visitor, CancellationToken stop) =>
        await SeeAsync(RouteParsers.Id<JobId>(id), market, watch, stop) is { } sight
            ? Pages.Show<JobPage>(new { sight.Job, sight.Progress, Due = visitor.Account is { } account ? await market.UsageDueAsync(RouteParsers.Id<JobId>(id), account, stop) : null })
            : new NotFoundAnswer($"job {id}");

    private static Task LiveAsync(string id, IMarketView market, IJobWatch watch, LiveParts live, HttpContext context)
    {
        var job = RouteParsers.Id<JobId>(id);
        return live.SendAsync<JobProgressPart, Sight>(
            context,
            "progress",
            reading => SeeAsync(job, market, watch, reading),
            sight => ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(JobProgressPart.Job)] = sight.Job, [nameof(JobProgressPart.Progress)] = sight.Progress }),
            sight => sight.IsOver);
    }

    private static async Task<Sight?> SeeAsync(JobId id, IMarketView market, IJobWatch watch, CancellationToken stop) =>
        await market.JobAsync(id, stop) is { } job ? new Sight(job, await watch.FindAsync(id, stop)) : null;
}
