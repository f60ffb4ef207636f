using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace DataBright.Node.Web;

/// <summary>Sends a part of a page again whenever it has changed, as server-sent events.</summary>
internal sealed class LiveParts(IServiceProvider services, ILoggerFactory logs, LedgerPulse pulse, TimeProvider clock)
{
    /// <summary>Each open stream holds a connection; more than these are refused, and the page stays readable without.</summary>
    private const int MostStreams = 256;

    /// <summary>Of one place on the network, which has not more than a few people at it.</summary>
    public const int MostEach = 32;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _taken = [];
    private int _all;

    /// <summary>Takes a place for one more stream, given back when its answer ends; false when all are taken.</summary>
    public bool TryEnter(HttpContext context)
    {
        var from = WriteLimits.Place(context.Connection.RemoteIpAddress);
        lock (_gate)
        {
            var own = _taken.GetValueOrDefault(from);
            if (_all >= MostStreams || own >= MostEach) return false;
            (_taken[from], _all) = (own + 1, _all + 1);
        }
        context.Response.RegisterForDispose(new Place(this, from));
        return true;
    }

    /// <param name="name">The event's name, which the page listens for.</param>
    /// <param name="read">Reads the facts; null ends the stream.</param>
    /// <param name="show">Turns what was read into the part's parameters.</param>
    /// <param name="isOver">Whether nothing can change any more.</param>
    /// <param name="stop">The reader has gone.</param>
    public async IAsyncEnumerable<SseItem<string>> StreamAsync<TComponent, TFacts>(
        string name,
        Func<CancellationToken, Task<TFacts?>> read,
        Func<TFacts, ParameterView> show,
        Func<TFacts, bool> isOver,
        [EnumeratorCancellation] CancellationToken stop)
        where TComponent : IComponent
        where TFacts : class
    {
        string? sent = null;
        while (true)
        {
            var next = pulse.Next;
            if (await read(stop) is not { } facts) yield break;
            var html = await RenderAsync<TComponent>(show(facts));
            if (html != sent) yield return new SseItem<string>(html, name);
            sent = html;
            if (isOver(facts))
            {
                yield return new SseItem<string>("over", "over");
                yield break;
            }
            if (!await BeatsWithinAsync(next, stop)) yield return new SseItem<string>("still here", "silence");
        }
    }

    private async Task<bool> BeatsWithinAsync(Task next, CancellationToken stop)
    {
        try
        {
            await next.WaitAsync(Silence, clock, stop);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<string> RenderAsync<TComponent>(ParameterView parameters) where TComponent : IComponent
    {
        await using var scope = services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, logs);
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TComponent>(parameters)).ToHtmlString());
    }

    private void Leave(string from)
    {
        lock (_gate)
        {
            _all--;
            if (--_taken[from] == 0) _taken.Remove(from);
        }
    }

    private sealed class Place(LiveParts parts, string from) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) parts.Leave(from);
        }
    }
}
