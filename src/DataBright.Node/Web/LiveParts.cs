using System.Runtime.CompilerServices;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace DataBright.Node.Web;

/// <summary>Sends a part of a page again whenever it has changed, as server-sent events.</summary>
internal sealed class LiveParts(IServiceProvider services, ILoggerFactory logs, LedgerPulse pulse, EventStreams streams, TimeProvider clock)
{
    /// <param name="context">Who listens.</param>
    /// <param name="name">The event's name, which the page listens for.</param>
    /// <param name="read">Reads the facts; null ends the stream.</param>
    /// <param name="show">Turns what was read into the part's parameters.</param>
    /// <param name="isOver">Whether nothing can change any more.</param>
    public Task SendAsync<TComponent, TFacts>(
        HttpContext context, string name, Func<CancellationToken, Task<TFacts?>> read, Func<TFacts, ParameterView> show,
        Func<TFacts, bool> isOver)
        where TComponent : IComponent
        where TFacts : class =>
        streams.SendAsync(context, stop => EventsAsync<TComponent, TFacts>(name, read, show, isOver, stop));

    private async IAsyncEnumerable<ServerEvent> EventsAsync<TComponent, TFacts>(
        string name, Func<CancellationToken, Task<TFacts?>> read, Func<TFacts, ParameterView> show, Func<TFacts, bool> isOver,
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
            if (html != sent) yield return new ServerEvent(null, name, html);
            sent = html;
            if (isOver(facts))
            {
                yield return new ServerEvent(null, "over", "over");
                yield break;
            }
            await BeatAsync(next, stop);
        }
    }

    /// <summary>Some facts change by the clock alone, and are read again now and then.</summary>
    private async Task BeatAsync(Task next, CancellationToken stop)
    {
        try
        {
            await next.WaitAsync(EventStreams.Silence, clock, stop);
        }
        catch (TimeoutException)
        {
            // That was the other reason.
        }
    }

    private async Task<string> RenderAsync<TComponent>(ParameterView parameters) where TComponent : IComponent
    {
        await using var scope = services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, logs);
        return await renderer.Dispatcher
            .InvokeAsync(async () => (await renderer.RenderComponentAsync<TComponent>(parameters)).ToHtmlString());
    }
}
