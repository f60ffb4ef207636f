using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Rest;

public sealed class EventStreamTests : IAsyncDisposable
{
    private readonly TimerClock _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task One_place_does_not_take_all_the_streams_and_gets_back_what_it_leaves()
    {
        var streams = new EventStreams(_clock);
        var first = Visit("192.0.2.1");
        (await streams.EnterAsync(first.Context)).ShouldBeTrue();
        for (int i = 1; i < EventStreams.MaxEach; i++) (await streams.EnterAsync(Visit("192.0.2.1").Context)).ShouldBeTrue();
        var refused = Visit("192.0.2.1").Context;
        (await streams.EnterAsync(refused)).ShouldBeFalse();
        refused.Response.StatusCode.ShouldBe(429);
        refused.Response.Headers.RetryAfter.ToString().ShouldBe("15");
        (await streams.EnterAsync(Visit("192.0.2.2").Context)).ShouldBeTrue("another place");

        foreach (var place in first.Held) place.Dispose();
        foreach (var place in first.Held) place.Dispose();
        (await streams.EnterAsync(Visit("192.0.2.1").Context)).ShouldBeTrue("one has left");
        (await streams.EnterAsync(Visit("192.0.2.1").Context)).ShouldBeFalse("and one only, however often it says so");
    }

    [Fact]
    public async Task All_places_together_have_a_measure()
    {
        var streams = new EventStreams(_clock);
        int entered = 0;
        HttpContext? refused = null;
        for (int i = 0; i < 250; i++)
            for (int j = 0; j < 2; j++)
                if (Visit($"192.0.2.{i}").Context is var visit && await streams.EnterAsync(visit)) entered++;
                else refused = visit;
        entered.ShouldBe(EventStreams.Most);
        refused!.Response.StatusCode.ShouldBe(503);
        refused.Response.Headers.RetryAfter.Count.ShouldBe(1);
    }

    [Fact]
    public async Task While_nothing_happens_a_comment_says_that_the_line_is_good()
    {
        var (context, _) = Visit("192.0.2.1");
        var body = new Reader();
        context.Response.Body = body;
        var first = new TaskCompletionSource();
        var sending = new EventStreams(_clock).SendAsync(context, _ => OneAsync(first.Task));
        await _clock.UntilAsync(() => body.Text.Contains(": still here\n\n: still here\n\n", StringComparison.Ordinal));
        first.SetResult();
        await sending;
        body.Text.ShouldEndWith("id: 7\nevent: news\ndata: one\ndata: \ndata: two\n\n");
        context.Response.Headers["X-Accel-Buffering"].ToString().ShouldBe("no");
        context.Response.Headers.CacheControl.ToString().ShouldBe("no-cache");
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_cut()
    {
        var (context, held) = Visit("192.0.2.1");
        var end = new Ending();
        context.Features.Set<IHttpRequestLifetimeFeature>(end);
        context.Response.Body = new Reader(full: true);
        bool isOver = false;
        var sending = new EventStreams(_clock).SendAsync(context, stop => ForEverAsync(() => isOver = true, stop));
        await _clock.UntilAsync(() => sending.IsCompleted);
        await sending;
        end.IsAborted.ShouldBeTrue();
        isOver.ShouldBeTrue("what made the events has been let go");
        held.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_cut_while_nothing_happens_too()
    {
        var (context, _) = Visit("192.0.2.1");
        var end = new Ending();
        context.Features.Set<IHttpRequestLifetimeFeature>(end);
        context.Response.Body = new Reader(full: true);
        bool isOver = false;
        var sending = new EventStreams(_clock).SendAsync(context, stop => NeverAsync(() => isOver = true, stop));
        await _clock.UntilAsync(() => sending.IsCompleted);
        await sending;
        end.IsAborted.ShouldBeTrue();
        isOver.ShouldBeTrue("what waited for events has been let go");
    }

    [Fact]
    public async Task HEAD_is_told_what_GET_would_be_and_takes_no_place()
    {
        var streams = new EventStreams(_clock);
        for (int i = 0; i < 2 * EventStreams.MaxEach; i++)
        {
            var (context, _) = Visit("192.0.2.1");
            context.Request.Method = "HEAD";
            await streams.SendAsync(context, _ => throw new InvalidOperationException("No event is asked for."));
            context.Response.ContentType.ShouldBe("text/event-stream");
            context.Response.StatusCode.ShouldBe(200);
        }
    }

    private static async IAsyncEnumerable<ServerEvent> OneAsync(Task first)
    {
        await first;
        yield return new ServerEvent("7", "news", "one\r\n\ntwo");
    }

    private static async IAsyncEnumerable<ServerEvent> NeverAsync(Action over, [EnumeratorCancellation] CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        finally
        {
            over();
        }

        yield break;
    }

    private static async IAsyncEnumerable<ServerEvent> ForEverAsync(Action over, [EnumeratorCancellation] CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                yield return new ServerEvent(null, "news", new string('x', 10_000));
                await Task.Yield();
            }
        }
        finally
        {
            over();
        }
    }

    private (HttpContext Context, List<IDisposable> Held) Visit(string from)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Method = "GET";
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        var held = new Holding();
        context.Features.Set<IHttpResponseFeature>(held);
        return (context, held.Held);
    }

    /// <summary>Keeps what is to be disposed with the answer.</summary>
    private sealed class Holding : HttpResponseFeature
    {
        public List<IDisposable> Held { get; } = [];

        public override void OnCompleted(Func<object, Task> callback, object state) => Held.Add((IDisposable)state);
    }

    private sealed class Ending : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }

    /// <summary>Whoever is at the other end; a full one takes nothing any more.</summary>
    private sealed class Reader(bool full = false) : MemoryStream
    {
        private readonly Lock _gate = new();
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_gate) return _text.ToString();
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_gate) _text.Append(Encoding.UTF8.GetString(buffer.Span));
            return full ? new ValueTask(Task.Delay(Timeout.Infinite, cancellationToken)) : ValueTask.CompletedTask;
        }
    }
}
