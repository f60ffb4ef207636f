using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Usage;
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
        public bool IsOver => Job.Summary is { State: JobState.Settled or JobState.Refunded } or { Overdue: true }
            || Progress is { Failed: true };
    }

    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1/jobs").WithTags("Jobs");
        rest.MapGet("/", ListAsync).WithSummary("Jobs, newest first");
        rest.MapGet("/{id}", OneAsync).RequireRateLimiting(WriteLimits.Costly).WithSummary("A job with its convictions and payments");
        rest.MapGet("/{id}/progress", ProgressAsync).RequireRateLimiting(WriteLimits.Costly)
            .WithSummary("The tasks of a job and its training loss, from its scheduler");

        app.MapGet("/jobs", ListPageAsync).ExcludeFromDescription();
        app.MapGet("/jobs/{id}", JobPageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapGet("/jobs/{id}/live", LiveAsync).ExcludeFromDescription();
    }

    private static async Task<JsonWithETag<Page<JobSummary>>> ListAsync(string? dataset, string? cursor, string? limit, IJobReader jobs,
        CancellationToken stop) =>
        JsonAnswers.With(List,
            await jobs.ListAsync(RouteParsers.OptionalId<DatasetId>(dataset, "dataset"), RouteParsers.Page(List, cursor, limit), stop));

    private static async Task<Results<JsonWithETag<JobFacts>, NotFoundAnswer>> OneAsync(string id, IJobReader jobs,
        CancellationToken stop) =>
        await jobs.FindAsync(RouteParsers.Id<JobId>(id), stop) is { } job ? JsonAnswers.With(job) : new NotFoundAnswer($"job {id}");

    private static async Task<Results<JsonWithETag<JobProgress>, NotFoundAnswer>> ProgressAsync(string id, IJobWatch watch,
        CancellationToken stop) =>
        await watch.FindAsync(RouteParsers.Id<JobId>(id), stop) is { } progress
            ? JsonAnswers.With(progress) : new NotFoundAnswer($"job {id} scheduled by this node");

    private static async Task<RazorComponentResult> ListPageAsync(string? dataset, string? cursor, IJobReader jobs, CancellationToken stop)
    {
        var of = RouteParsers.OptionalId<DatasetId>(dataset, "dataset");
        var page = await jobs.ListAsync(of, RouteParsers.Page(List, cursor), stop);
        return Pages.Show<JobsPage>(new { Jobs = page, Next = Pages.Next(page, List, of is { } one ? $"/jobs?dataset={one}" : "/jobs") });
    }

    private static async Task<Results<RazorComponentResult, NotFoundAnswer>> JobPageAsync(string id, IUsageReader usage, IJobReader jobs,
        IJobWatch watch, Visitor visitor, CancellationToken stop) =>
        await SeeAsync(RouteParsers.Id<JobId>(id), jobs, watch, stop) is { } sight
            ? Pages.Show<JobPage>(new { sight.Job, sight.Progress,
                Due = visitor.Account is { } account ? await usage.DueAsync(RouteParsers.Id<JobId>(id), account, stop) : null })
            : new NotFoundAnswer($"job {id}");

    private static Task LiveAsync(string id, IJobReader jobs, IJobWatch watch, LiveParts live, HttpContext context)
    {
        var job = RouteParsers.Id<JobId>(id);
        return live.SendAsync<JobProgressPart, Sight>(
            context,
            "progress",
            reading => SeeAsync(job, jobs, watch, reading),
            sight => ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(JobProgressPart.Job)] = sight.Job,
                [nameof(JobProgressPart.Progress)] = sight.Progress }),
            sight => sight.IsOver);
    }

    private static async Task<Sight?> SeeAsync(JobId id, IJobReader jobs, IJobWatch watch, CancellationToken stop) =>
        await jobs.FindAsync(id, stop) is { } job ? new Sight(job, await watch.FindAsync(id, stop)) : null;
}
