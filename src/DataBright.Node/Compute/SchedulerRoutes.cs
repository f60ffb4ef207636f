using DataBright.Compute;
using DataBright.Compute.Http;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Storage;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Http.Features;

namespace DataBright.Node.Compute;

/// <summary>What workers ask of a scheduler, over HTTP.</summary>
public static class SchedulerRoutes
{
    public static void MapScheduler(this IEndpointRouteBuilder routes, SchedulerHost scheduler)
    {
        var wire = scheduler.Wire;
        var group = routes.MapGroup("/compute").ExcludeFromDescription();
        group.MapGet("/domain", async (HttpContext context, CancellationToken stop) => await Answers.JsonAsync(context, await wire.DomainAsync(stop), stop));
        group.MapPost("/poll", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, async (message, _) =>
            await Answers.JsonAsync(context, await wire.PollAsync(message, stop), stop), stop));
        group.MapPost("/commit", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, (message, _) => wire.CommitAsync(message, stop), stop));
        group.MapPost("/reveal", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, (message, state) => wire.RevealAsync(message, state, stop), stop));
        group.MapPost("/heartbeat", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, (message, _) => wire.HeartbeatAsync(message, stop), stop));
        group.MapPost("/answer", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, (message, state) => wire.AnswerAsync(message, state, stop), stop));
        group.MapPost("/fetch", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, async (message, _) =>
        {
            await using var file = await wire.FetchAsync(message, stop);
            context.Response.ContentType = "application/octet-stream";
            await file.CopyToAsync(context.Response.Body, stop);
        }, stop));
        routes.MapGet("/compute/jobs/{job}/result", (ulong job, HttpContext context, CancellationToken stop) => ResultAsync(scheduler, new JobId(job), context, stop));
        routes.MapGet("/compute/jobs/{job}/events", (ulong job, long? after, HttpContext context, CancellationToken stop) => EventsAsync(scheduler, new JobId(job), after, context, stop));
    }

    private static async Task ResultAsync(SchedulerHost scheduler, JobId job, HttpContext context, CancellationToken stop)
    {
        if (await scheduler.ResultAsync(job, stop) is { } result) await Answers.JsonAsync(context, result, stop);
        else await Answers.RefuseAsync(context, new ProtocolException(Refusal.UnknownJob, $"This scheduler has settled no job {job}."), stop);
    }

    /// <summary>What has happened in a job and what happens next, as server-sent events; each has its number, from which a reader can go on.</summary>
    private static async Task EventsAsync(SchedulerHost scheduler, JobId job, long? after, HttpContext context, CancellationToken stop)
    {
        if (scheduler.Book.Find(job) is null)
        {
            await Answers.RefuseAsync(context, new ProtocolException(Refusal.UnknownJob, $"This scheduler has no job {job}."), stop);
            return;
        }

        var last = long.TryParse(context.Request.Headers["Last-Event-ID"], out var seen) ? seen : after ?? 0;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        await foreach (var news in scheduler.Book.WatchAsync(job, last, stop))
        {
            var id = news.Sequence > 0 ? $"id: {news.Sequence}\n" : "";
            await context.Response.WriteAsync($"{id}event: {news.Kind}\ndata: {CanonicalJson.WriteText(news)}\n\n", stop);
            await context.Response.Body.FlushAsync(stop);
        }
    }
}

/// <summary>How requests with signed messages are read and answered.</summary>
internal static class Answers
{
    /// <summary>Reads the signed message, lets it be handled, and turns a refusal into a problem document.</summary>
    public static async Task FramedAsync(HttpContext context, Func<SignedMessage, Attachment, Task> handle, CancellationToken stop, int most = SignedMessage.MaxBytes)
    {
        // The attachment is bounded by what the job allows, which is known only when the message has been read.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        try
        {
            if (context.Request.ContentType != SignedFrame.ContentType)
                throw new ProtocolException(Refusal.Malformed, $"A signed message is sent as {SignedFrame.ContentType}.");
            var (message, attachment) = await SignedFrame.ReadAsync(context.Request.Body, most, stop);
            await handle(message, attachment);
        }
        catch (ProtocolException refused)
        {
            await RefuseAsync(context, refused, stop);
        }
        catch (Exception fault) when (fault is LedgerUnavailableException or ChainException or BlobException or ShardUnreadableException)
        {
            await RefuseAsync(context, new ProtocolException(Refusal.Unavailable, fault.Message), stop);
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
