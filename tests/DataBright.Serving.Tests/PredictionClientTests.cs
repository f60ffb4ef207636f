using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Serving.Tests;

/// <summary>The client library over real sockets, and what others may send.</summary>
public sealed class PredictionClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_buyer_never_sees_a_voucher()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var client = await ClientAsync(world, signed: Money.Zero);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => client.PredictAsync(PredictionWorld.Inputs(i), Stop)));

        answers.Length.ShouldBe(100);
        client.Channel!.Signed.ShouldBe(new Money(100_000));
        client.Keep();
        await world.Server.SettleAsync(_ => { }, Stop);
        world.Ledger.Settlements.Single().Cumulative.ShouldBe(new Money(100_000));
    }

    [Fact]
    public async Task A_buyer_that_lost_count_goes_on_from_its_own_signature()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var first = await ClientAsync(world, Money.Zero);
        for (var i = 0; i < 5; i++) await first.PredictAsync(PredictionWorld.Inputs(i), Stop);

        var restored = await ClientAsync(world, signed: new Money(1_000));
        await restored.PredictAsync(PredictionWorld.Inputs(9), Stop);

        restored.Channel!.Signed.ShouldBe(new Money(6_000));
    }

    /// <summary>Whoever believed a worker's word for it would sign the rest of its deposit away.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sum_that_the_buyer_never_signed_moves_it_nowhere(bool signedByTheWorker)
    {
        await using var world = await PredictionWorld.OpenAsync();
        using var greedy =
            new HttpClient(new Greedy(world.Voucher(900_000, key: signedByTheWorker ? world.WorkerKey : null,
                channel: signedByTheWorker ? 1ul : 2ul))) { BaseAddress = world.Http.BaseAddress };
        var facts = await PredictionClient.FactsAsync(world.Http, PredictionWorld.Model, Stop);
        var client = PredictionClient.Paying(greedy, facts, PredictionWorld.Registered, PredictionWorld.Market, world.BuyerKey,
            Channel(world, Money.Zero), world.Book());

        (await Should.ThrowAsync<PredictionRefusedException>(() => client.PredictAsync(PredictionWorld.Inputs(1), Stop))).Refusal
            .ShouldBe(PredictionRefusal.Underpaid);
        client.Channel!.Signed.ShouldBe(PredictionWorld.Price, "one asking, once signed for");
    }

    [Fact]
    public async Task Two_programs_that_buy_at_once_forget_none_of_each_others_channels()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var path = world.Channels;
        ChannelBook one = new(path), other = new(path);
        var channel = Channel(world, Money.Zero);
        one.All().ShouldBeEmpty();
        other.Keep(channel with { Id = new ChannelId(2) });
        one.Keep(channel);
        new ChannelBook(path).All().Select(kept => kept.Id.Value).ShouldBe([2ul, 1ul]);
        other.Forget(new ChannelId(2));
        new ChannelBook(path).All().Select(kept => kept.Id.Value).ShouldBe([1ul]);
    }

    [Fact]
    public async Task A_deposit_is_not_overdrawn()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var client = await ClientAsync(world, signed: new Money(999_500));
        (await Should.ThrowAsync<PredictionRefusedException>(() => client.PredictAsync(PredictionWorld.Inputs(1), Stop))).Refusal
            .ShouldBe(PredictionRefusal.VoucherTooHigh);
    }

    [Fact]
    public async Task Another_checkpoint_or_another_worker_is_not_believed()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var facts = await PredictionClient.FactsAsync(world.Http, PredictionWorld.Model, Stop);
        var channel = Channel(world, Money.Zero);
        var swindled = PredictionClient.Paying(world.Http, facts, PredictionWorld.Registered with { Checkpoint = Digest.Of("another"u8) },
            PredictionWorld.Market, world.BuyerKey, channel, world.Book());
        (await Should.ThrowAsync<AnswerUntrustedException>(() => swindled.PredictAsync(PredictionWorld.Inputs(1), Stop))).Message
            .ShouldContain("ledger");

        var impostor = PredictionClient.Paying(world.Http, facts with { Worker = world.BuyerKey.Address }, PredictionWorld.Registered,
            PredictionWorld.Market, world.BuyerKey, channel with { Worker = world.BuyerKey.Address, Signed = new Money(1_000) },
            world.Book());
        (await Should.ThrowAsync<AnswerUntrustedException>(() => impostor.PredictAsync(PredictionWorld.Inputs(2), Stop))).Message
            .ShouldContain("not signed");
    }

    /// <summary>
    /// What it costs and what an example is are the ledger's to say: by both a worker could have more signed than is due.
    /// </summary>
    [Fact]
    public async Task A_worker_that_asks_for_more_than_the_ledger_says_is_not_paid()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var honest = await PredictionClient.FactsAsync(world.Http, PredictionWorld.Model, Stop);
        foreach (var (facts, said) in new[]
        {
            (honest with { Price = honest.Price * 100 }, "asks for"), (honest with { Model = new ModelId(8) }, "model 8"),
            (honest with { Input = [1, 0, 3] }, "takes"),
            (honest with { Input = [65_536, 65_536, 1] }, "takes"), (honest with { Classes = 0 }, "takes"),
            (honest with { MaxExamples = 0 }, "takes"),
        })
            Should.Throw<AnswerUntrustedException>(() => PredictionClient.Paying(world.Http, facts, PredictionWorld.Registered,
                PredictionWorld.Market, world.BuyerKey, Channel(world, Money.Zero), world.Book()))
                .Message.ShouldContain(said);

        var another = Channel(world, Money.Zero) with { Worker = world.BuyerKey.Address };
        Should.Throw<ArgumentException>(() => PredictionClient.Paying(world.Http, honest, PredictionWorld.Registered,
            PredictionWorld.Market, world.BuyerKey, another, world.Book()));
    }

    [Fact]
    public async Task Anybody_can_ask_in_JSON()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var voucher = world.Voucher(2_000);
        using var answer = await world.Http.PostAsJsonAsync($"/predictions/{PredictionWorld.Model}", new
        {
            inputs = new[] { PredictionWorld.Inputs(1), PredictionWorld.Inputs(2) },
            channel = 1,
            cumulative = "0.002",
            signature = voucher.Signature.ToString(),
        }, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Stop));
        json.RootElement.GetProperty("labels").GetArrayLength().ShouldBe(2);
        json.RootElement.GetProperty("receipt").GetProperty("checkpoint").GetString().ShouldBe(PredictionWorld.Parameters.Hash.ToString());
    }

    [Fact]
    public async Task Whatever_is_sent_gets_one_clear_refusal_and_costs_nothing()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var good = PredictionFrame.Write(new PredictionRequest(world.Voucher(1_000), PredictionWorld.Inputs(1)));
        var chance = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var bytes = good[..chance.Next(good.Length)];
            if (i % 3 == 0)
            {
                bytes = [.. good];
                bytes[chance.Next(PredictionFrame.RequestHead)] ^= (byte)(1 + chance.Next(255));
            }

            var type = i % 2 == 0 ? PredictionFrame.ContentType : "application/json";
            using var content = new ByteArrayContent(type == "application/json" && i % 4 == 1
                ? Encoding.UTF8.GetBytes("{\"inputs\":[[1e999]]}") : bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
            using var answer = await world.Http.PostAsync(new Uri($"/predictions/{PredictionWorld.Model}", UriKind.Relative),
                content, Stop);
            ((int)answer.StatusCode).ShouldBeOneOf(400, 402, 404);
            CanonicalJson.Read<PredictionProblem>(await answer.Content.ReadAsByteArrayAsync(Stop)).Detail.ShouldNotBeEmpty();
        }

        await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));
    }

    /// <summary>A node asks a worker beside it for its visitors: one of them does not use up the others' trial.</summary>
    [Fact]
    public async Task Each_visitor_of_a_node_has_a_trial_of_its_own()
    {
        await using var world = await PredictionWorld.OpenAsync(new ServingTerms { TrialEachPerDay = 1 });
        var facts = await PredictionClient.FactsAsync(world.Http, PredictionWorld.Model, Stop);
        PredictionClient For(string? visitor) =>
            PredictionClient.ForTrial(world.Http, facts, PredictionWorld.Parameters.Hash, PredictionWorld.Market, visitor);

        foreach (var visitor in new[] { "192.0.2.1", "192.0.2.2", null })
        {
            await For(visitor).PredictAsync(PredictionWorld.Inputs(1), Stop);
            (await Should.ThrowAsync<PredictionRefusedException>(() => For(visitor).PredictAsync(PredictionWorld.Inputs(1), Stop))).Refusal
                .ShouldBe(PredictionRefusal.TrialOver);
        }

        world.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.3");
        (await Should.ThrowAsync<PredictionRefusedException>(() => For("192.0.2.4").PredictAsync(PredictionWorld.Inputs(1), Stop))).Refusal
            .ShouldBe(PredictionRefusal.TrialOver, "behind a proxy anybody could say so");
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_not_read()
    {
        await using var world = await PredictionWorld.OpenAsync();
        using var content = new ByteArrayContent(new byte[1 << 20]);
        content.Headers.ContentType = new MediaTypeHeaderValue(PredictionFrame.ContentType);
        using var answer = await world.Http.PostAsync(new Uri($"/predictions/{PredictionWorld.Model}", UriKind.Relative), content, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static async Task<PredictionClient> ClientAsync(PredictionWorld world, Money signed)
    {
        var facts = await PredictionClient.FactsAsync(world.Http, PredictionWorld.Model, Stop);
        return PredictionClient.Paying(world.Http, facts, PredictionWorld.Registered, PredictionWorld.Market, world.BuyerKey,
            Channel(world, signed), world.Book());
    }

    private static OpenChannel Channel(PredictionWorld world, Money signed) =>
        new(new ChannelId(1), PredictionWorld.Model, world.WorkerKey.Address, world.BuyerKey.Address, Money.Dollars(1), signed);

    /// <summary>A worker that says the buyer has signed more already, with the best signature it has.</summary>
    private sealed class Greedy(Signed<Market.Predictions.Voucher> highest) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage asked, CancellationToken stop)
        {
            var problem = new PredictionProblem(
                PredictionRefusal.Underpaid, "sign more", new Money(901_000),
                new HighestVoucher(new ChannelId(1), highest.Statement.Cumulative, highest.Signature.ToString()));
            return Task.FromResult(new HttpResponseMessage(
                HttpStatusCode.PaymentRequired) { Content = new ByteArrayContent(CanonicalJson.Write(problem)) });
        }
    }
}
