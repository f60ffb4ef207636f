using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Models;
using DataBright.Node.Tests.Uploads;
using DataBright.Serving;
using DataBright.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Predictions;

/// <summary>Which workers a node lets its visitors try.</summary>
public sealed class TryOutTests
{
    private static readonly ModelId Tried = new(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_workers_that_the_ledger_says_may_serve_a_model_are_asked()
    {
        var model = (await new SampleMarket(Cid.Raw(Digest.Of("none"u8))).Models.FindAsync(Tried, Stop))!;
        var stranger = Address.Parse("0x00000000000000000000000000000000000000aa");
        (await FoundAsync(model, model.Workers[0].Worker)).ShouldBe(model.Workers[0].Worker);
        (await FoundAsync(model, model.Summary.Owner)).ShouldBe(model.Summary.Owner, "who owns it may");
        (await FoundAsync(model, stranger)).ShouldBeNull();
        (await FoundAsync(model, stranger, model.Workers[1].Worker)).ShouldBe(model.Workers[1].Worker, "the next one may");
        (await FoundAsync(model with { Workers = [] }, model.Workers[0].Worker)).ShouldBeNull("it was dismissed");
    }

    /// <summary>Whom a node would ask, of workers that say they are these.</summary>
    private static async Task<Address?> FoundAsync(ModelFacts model, params Address[] workers)
    {
        var servers = new List<WebApplication>();
        try
        {
            var addresses = new List<Uri>();
            foreach (var worker in workers)
            {
                var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
                builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
                builder.Services.AddRouting();
                var server = builder.Build();
                var facts = CanonicalJson.Write(new PredictionFacts(Tried, worker, model.CheckpointHash.ToDigest(), "lenet-5", [1, 28, 28],
                    10, new Money(1), 20, 256));
                server.MapGet($"/predictions/{Tried}", () => Results.Bytes(facts, "application/json"));
                await server.StartAsync(Stop);
                servers.Add(server);
                addresses.Add(new Uri(server.Services.GetRequiredService<IServer>().Features
                    .GetRequiredFeature<IServerAddressesFeature>().Addresses.First()));
            }
            using var trying = new TryOut(new ServingWorkers("/nowhere/serving.json", addresses), UploadNode.Market, TimeProvider.System);
            return (await trying.FindAsync(model, Stop))?.Worker;
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }
}
