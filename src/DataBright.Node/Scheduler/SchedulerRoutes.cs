using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DataBright.Compute.Http;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Quotes;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Node.Roles;
using DataBright.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace DataBright.Node.Scheduler;

/// <summary>What workers ask of a scheduler, over HTTP.</summary>
public static class SchedulerRoutes
{
    private const int ResultsAtOnce = 4;

    private const int QuotesAtOnce = 2;

    private static readonly TimeSpan ResultsLast = TimeSpan.FromMinutes(10);

    /// <summary>A store that hangs keeps one result back, and not those that wait for their turn behind it.</summary>
    private static readonly TimeSpan ResultLimit = TimeSpan.FromMinutes(5);

    public static void MapScheduler(this IEndpointRouteBuilder routes, SchedulerHost scheduler)
    {
        var wire = scheduler.Wire;
        var quoting = new SemaphoreSlim(QuotesAtOnce, QuotesAtOnce);
        var clock = routes.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        var streams = routes.ServiceProvider.GetService<EventStreams>() ?? new EventStreams(clock);
        var polls = new HeldPolls(wire);
        var results = new AnswerCache<(JobId Job, Digest Plan), byte[]?>(clock, ResultsLast, ResultsAtOnce);
        var group = routes.MapGroup("/compute").ExcludeFromDescription();
        group.MapGet("/domain", async (HttpContext context,
            CancellationToken stop) => await Answers.JsonAsync(context, await wire.DomainAsync(stop), stop));
        group.MapPost("/poll", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, async (message, _) =>
            await Answers.JsonAsync(context, await polls.PollAsync(message, stop), stop), stop));
        group.MapPost("/commit", (HttpContext context,
            CancellationToken stop) => Answers.FramedAsync(context, (message, _) => wire.CommitAsync(message, stop), stop));
        group.MapPost("/reveal", (HttpContext context,
            CancellationToken stop) => Answers.FramedAsync(context, (message, state) => wire.RevealAsync(message, state, stop), stop));
        group.MapPost("/heartbeat", (HttpContext context,
            CancellationToken stop) => Answers.FramedAsync(context, (message, _) => wire.HeartbeatAsync(message, stop), stop));
        group.MapPost("/answer", (HttpContext context,
            CancellationToken stop) => Answers.FramedAsync(context, (message, state) => wire.AnswerAsync(message, state, stop), stop));
        group.MapPost("/fetch", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, async (message, _) =>
        {
            await using var file = await wire.FetchAsync(message, stop);
            context.Response.ContentType = "application/octet-stream";
            await file.CopyToAsync(context.Response.Body, stop);
        }, stop));
        routes.MapPost("/compute/quote", (HttpContext context, CancellationToken stop) => QuoteAsync(scheduler, quoting, context, stop))
            .RequireRateLimiting(WriteLimits.Name)
            .Accepts<QuoteBody>("application/json").Produces<JobQuote>().ProducesProblem(400).WithTags("Jobs")
            .WithSummary(
                "Who of the workers present would do a job at a price, what each task pays against what they ask, and how long it takes. "
                + "It orders nothing");
        routes.MapGet("/compute/jobs/{job}",
            (ulong job, HttpContext context, CancellationToken stop) => StandingAsync(scheduler, new JobId(job), context, stop))
            .Produces<JobStanding>().ProducesProblem(404).WithTags("Jobs")
            .WithSummary("Where a job of this scheduler stands, and why it waits or failed");
        routes.MapGet("/compute/jobs/{job}/result",
            (ulong job, HttpContext context, CancellationToken stop) => ResultAsync(scheduler, results, clock, new JobId(job), context,
                stop)).RequireRateLimiting(WriteLimits.Costly);
        routes.MapGet("/compute/jobs/{job}/events", (ulong job, long? after, HttpContext context,
            CancellationToken stop) => EventsAsync(scheduler, streams, new JobId(job), after, context, stop));
    }

    /// <summary>A plan of many tasks takes a while to be reckoned, and anybody may ask.</summary>
    private static async Task QuoteAsync(SchedulerHost scheduler, SemaphoreSlim seats, HttpContext context, CancellationToken stop)
    {
        var asked = await Body.ReadAsync<QuoteBody>(context.Request, JobPlan.MaxBytes + 4_096, stop);
        if (!seats.Wait(0, CancellationToken.None)) throw new TooBusyException();
        try
        {
            var plan = JobPlan.Parse(Encoding.UTF8.GetBytes(asked.Plan.GetRawText()));
            await Answers.JsonAsync(context, scheduler.Quote(plan, asked.Pay), stop);
        }
        catch (BadPlanException bad)
        {
            throw new InvalidRequestException("plan", bad.Message);
        }
        finally
        {
            seats.Release();
        }
    }

    private static async Task StandingAsync(SchedulerHost scheduler, JobId job, HttpContext context, CancellationToken stop)
    {
        if (scheduler.Book.Find(job) is { } state) await Answers.JsonAsync(context, new JobStanding(job, state.Phase, state.Problem), stop);
        else if (scheduler.Book.ReasonOf(job) is { } reason)
            await Answers.JsonAsync(context,
                new JobStanding(job, scheduler.Book.HasRefused(job) ? JobPhase.Failed : JobPhase.Offered, reason), stop);
        else await Answers.RefuseAsync(context, new ProtocolException(Refusal.UnknownJob, $"This scheduler has no job {job}."), stop);
    }

    /// <summary>The plan is read by its own rules, whatever else the body is.</summary>
    /// <param name="Plan">As the order will name it, canonical or not.</param>
    /// <param name="Pay">What workers and scheduler together are to be paid at most.</param>
    internal sealed record QuoteBody(JsonElement Plan, Money Pay);

    /// <summary>A result does not change; making it reads and hashes all checkpoints of the job.</summary>
    private static async Task ResultAsync(
        SchedulerHost scheduler, AnswerCache<(JobId Job, Digest Plan), byte[]?> kept, TimeProvider clock, JobId job, HttpContext context,
        CancellationToken stop)
    {
        if (scheduler.Book.Find(job) is { Phase: JobPhase.Settled } settled
            && await kept.GetAsync((job, settled.Terms.Plan), MakeAsync, stop) is { } result)
            await TypedResults.Bytes(result, "application/json",
                entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(result).AsSpan(0, 16))}\""))
                .ExecuteAsync(context);
        else await Answers.RefuseAsync(context,
            new ProtocolException(Refusal.UnknownJob, $"This scheduler has settled no job {job}."), stop);

        async Task<byte[]?> MakeAsync() =>
            await TimeLimit.RunAsync(ResultLimit, clock, "Making the result", inner => scheduler.ResultAsync(job, inner),
                CancellationToken.None) is { } made ? CanonicalJson.Write(made) : null;
    }

    /// <summary>
    /// What has happened in a job and what happens next, as server-sent events; each has its number, from which a reader can go on.
    /// </summary>
    private static async Task EventsAsync(SchedulerHost scheduler, EventStreams streams, JobId job, long? after, HttpContext context,
        CancellationToken stop)
    {
        if (scheduler.Book.Find(job) is null && scheduler.Book.ReasonOf(job) is null)
        {
            await Answers.RefuseAsync(context, new ProtocolException(Refusal.UnknownJob, $"This scheduler has no job {job}."), stop);
            return;
        }

        var last = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
            ? seen : after ?? 0;
        await streams.SendAsync(context, reading => NewsAsync(scheduler, job, last, reading));
    }

    private static async IAsyncEnumerable<ServerEvent> NewsAsync(SchedulerHost scheduler, JobId job, long last,
        [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var news in scheduler.Book.WatchAsync(job, last, stop))
            yield return new ServerEvent(news.Sequence > 0 ? news.Sequence.ToString(CultureInfo.InvariantCulture) : null, $"{news.Kind}",
                CanonicalJson.WriteText(news));
    }
}

/// <summary>How requests with signed messages are read and answered.</summary>
internal static class Answers
{
    /// <summary>How long a signed message may be on its way; what is attached to it may take longer.</summary>
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(30);

    /// <summary>Reads the signed message, lets it be handled, and turns a refusal into a problem document.</summary>
    /// <remarks>Whatever else fails is the business of whoever handles all failures.</remarks>
    public static async Task FramedAsync(HttpContext context, Func<SignedMessage, Attachment, Task> handle, CancellationToken stop,
        int most = SignedMessage.MaxBytes)
    {
        // The attachment is bounded by what the job allows, which is known only when the message has been read.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        try
        {
            if (!MediaType.Is(context.Request.ContentType, SignedFrame.ContentType))
                throw new ProtocolException(Refusal.Malformed, $"A signed message is sent as {SignedFrame.ContentType}.");
            var clock = context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
            var (message, attachment) = await TimeLimit.RunAsync(Arrival, clock, "The arrival of the message",
                inner => SignedFrame.ReadAsync(context.Request.Body, most, inner), stop);
            await handle(message, attachment);
        }
        catch (ProtocolException refused)
        {
            await RefuseAsync(context, refused, stop);
        }
        catch (Exception fault) when (fault is TimeoutException or BlobException
            or DataBrightException { Kind: FailureKind.Unavailable or FailureKind.Damaged } && NodeStorage.TroubleIn(fault) is null)
        {
            await RefuseAsync(context, new ProtocolException(Refusal.Unavailable, fault.Message), stop);
        }
        catch (Exception fault) when (NodeStorage.TroubleIn(fault) is { } trouble)
        {
            context.RequestServices.GetService<NodeStorage>()?.Tell(trouble);
            await RefuseAsync(context, new ProtocolException(Refusal.Unavailable, trouble), stop);
        }
    }

    public static async Task JsonAsync<T>(HttpContext context, T value, CancellationToken stop)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(CanonicalJson.Write(value), stop);
    }

    public static async Task RefuseAsync(HttpContext context, ProtocolException refused, CancellationToken stop)
    {
        // Once an answer has begun there is no other way to say that it failed.
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Refuse(RefusalArea.Compute, $"{refused.Refusal}");
        var problem = RefusalProblem.Of(refused);
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = RefusalProblem.ContentType;
        await context.Response.Body.WriteAsync(CanonicalJson.Write(problem), stop);
    }
}
