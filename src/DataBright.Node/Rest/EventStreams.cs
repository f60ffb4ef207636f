using System.Diagnostics.Metrics;
using System.Globalization;
using DataBright.Ethereum;

namespace DataBright.Node.Rest;

/// <summary>Something that is told to whoever listens.</summary>
/// <param name="Id">From which a reader can go on; null where it cannot.</param>
internal readonly record struct ServerEvent(string? Id, string Name, string Data);

/// <summary>
/// Server-sent events, of pages and of jobs alike. Each open stream holds a connection: one place on the network has so many, and all
/// together have so many. A reader that does not read is cut off, and what waits for it is let go.
/// </summary>
internal sealed class EventStreams
{
    public const int Most = 256;

    /// <summary>Of one place on the network, which has not more than a few people at it.</summary>
    public const int MaxEach = 32;

    /// <summary>A proxy closes what is silent for a minute; a comment says that the line is good.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>How long one event may take to be taken.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _clock;
    private readonly Counter<long>? _cut;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _taken = [];
    private int _all;

    public EventStreams(TimeProvider clock, IMeterFactory? meters = null)
    {
        _clock = clock;
        var meter = meters?.Create(ChainMetrics.Name);
        _ = meter?.CreateObservableGauge("databright.streams.open", () => Volatile.Read(ref _all), "{stream}",
            "Event streams that are open now.");
        _cut = meter?.CreateCounter<long>("databright.streams.cut", "{stream}",
            "Event streams that were cut because their reader did not read.");
    }

    /// <summary>Sends events until there are no more, or the reader has gone. HEAD is told what GET would be, and no event.</summary>
    public async Task SendAsync(HttpContext context, Func<CancellationToken, IAsyncEnumerable<ServerEvent>> begin)
    {
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (!isHead && await EnterAsync(context) is false) return;
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        // nginx would gather events until its buffer is full.
        response.Headers["X-Accel-Buffering"] = "no";
        if (isHead) return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            await response.Body.FlushAsync(over.Token).WaitAsync(Timeout, _clock, over.Token);
            await SendAsync(response, begin(over.Token), over);
        }
        catch (TimeoutException)
        {
            _cut?.Add(1);
            context.Abort();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more.
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    /// <summary>Takes a place for one more stream, given back when its answer ends; where there is none the request is refused.</summary>
    internal async Task<bool> EnterAsync(HttpContext context)
    {
        var from = WriteLimits.Place(context.Connection.RemoteIpAddress);
        bool isOwnLimit;
        lock (_gate)
        {
            var own = _taken.GetValueOrDefault(from);
            isOwnLimit = own >= MaxEach;
            if (!isOwnLimit && _all < Most)
            {
                (_taken[from], _all) = (own + 1, _all + 1);
                context.Response.RegisterForDispose(new Place(this, from));
                return true;
            }
        }

        context.Refuse(RefusalArea.Request, "TooManyStreams");
        context.Response.Headers.RetryAfter = ((int)Silence.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await (isOwnLimit
            ? ErrorResponses.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many streams",
                $"{MaxEach} event streams are open from your network, and that is all there may be. Close one.", rule: "TooManyStreams")
            : ErrorResponses.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Too many streams",
                $"{Most} event streams are open here, and that is all there may be. Ask again later; the facts can be read without one.",
                rule: "TooManyStreams"));
        return false;
    }

    private async Task SendAsync(HttpResponse response, IAsyncEnumerable<ServerEvent> events, CancellationTokenSource over)
    {
        var stop = over.Token;
        await using var reading = events.GetAsyncEnumerator(stop);
        var next = Task.FromResult(false);
        try
        {
            while (true)
            {
                next = reading.MoveNextAsync().AsTask();
                while (!await EndsWithinAsync(next, stop)) await WriteAsync(response, ": still here\n\n", stop);
                if (!await next) return;
                await WriteAsync(response, Form(reading.Current), stop);
            }
        }
        finally
        {
            // An enumerator is not left in the middle: what is being read hears of the end, and is waited for.
            await over.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> EndsWithinAsync(Task next, CancellationToken stop)
    {
        try
        {
            await next.WaitAsync(Silence, _clock, stop);
            return true;
        }
        catch (TimeoutException) when (!next.IsCompleted)
        {
            return false;
        }
    }

    private async Task WriteAsync(HttpResponse response, string text, CancellationToken stop)
    {
        await response.WriteAsync(text, stop).WaitAsync(Timeout, _clock, stop);
        await response.Body.FlushAsync(stop).WaitAsync(Timeout, _clock, stop);
    }

    /// <summary>A line of data for each line of it: an empty line would end the event.</summary>
    private static string Form(ServerEvent news)
    {
        var id = news.Id is { } number ? $"id: {number}\n" : "";
        return $"{id}event: {news.Name}\n{string.Concat(news.Data.ReplaceLineEndings("\n").Split('\n')
            .Select(line => $"data: {line}\n"))}\n";
    }

    private void Leave(string from)
    {
        lock (_gate)
        {
            _all--;
            if (--_taken[from] == 0) _taken.Remove(from);
        }
    }

    private sealed class Place(EventStreams streams, string from) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) streams.Leave(from);
        }
    }
}
