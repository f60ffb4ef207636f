using System.Net;
using DataBright.Node.Ledger;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataBright.Node.Tests.Web;

public sealed class LivePartsTests
{
    [Fact]
    public async Task One_place_does_not_take_all_the_streams_and_gets_back_what_it_leaves()
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var live = new LiveParts(services, NullLoggerFactory.Instance, new LedgerPulse(), TimeProvider.System);
        var first = Visit("192.0.2.1");
        live.TryEnter(first.Context).ShouldBeTrue();
        for (int i = 1; i < LiveParts.MostEach; i++) live.TryEnter(Visit("192.0.2.1").Context).ShouldBeTrue();
        live.TryEnter(Visit("192.0.2.1").Context).ShouldBeFalse();
        live.TryEnter(Visit("192.0.2.2").Context).ShouldBeTrue("another place");

        foreach (var place in first.Held) place.Dispose();
        foreach (var place in first.Held) place.Dispose();
        live.TryEnter(Visit("192.0.2.1").Context).ShouldBeTrue("one has left");
        live.TryEnter(Visit("192.0.2.1").Context).ShouldBeFalse("and one only, however often it says so");
    }

    [Fact]
    public async Task All_places_together_have_a_measure()
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var live = new LiveParts(services, NullLoggerFactory.Instance, new LedgerPulse(), TimeProvider.System);
        int entered = 0;
        for (int i = 0; i < 250; i++)
            for (int j = 0; j < 2; j++)
                if (live.TryEnter(Visit($"192.0.2.{i}").Context)) entered++;
        entered.ShouldBe(256);
    }

    private static (HttpContext Context, List<IDisposable> Held) Visit(string from)
    {
        var context = new DefaultHttpContext();
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
}
