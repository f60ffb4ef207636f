using System.Net.Http.Headers;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Serving.Tests;

/// <summary>Three workers are asked the same; one of them may lie, or say nothing.</summary>
public sealed class PredictionPanelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Honest_workers_agree_to_the_bit_and_each_is_paid()
    {
        await using var three = await Three.OpenAsync(liars: 0);
        var answer = await (await three.PanelAsync()).PredictAsync(PredictionWorld.Inputs(1, examples: 2), Stop);

        answer.Agreeing.Count.ShouldBe(3);
        (answer.Dissent.Count, answer.Silent.Count).ShouldBe((0, 0));
        using var model = new Predictor(PredictionWorld.Small, PredictionWorld.Parameters);
        answer.Answer.Scores.ToArray().ShouldBe(model.Predict(PredictionWorld.Inputs(1, examples: 2)));
        foreach (var world in three.Worlds)
            (await world.RefusedAsync(world.Voucher(2_000), PredictionWorld.Inputs(3))).ShouldBe(PredictionRefusal.VoucherSpent);
    }

    [Fact]
    public async Task One_liar_is_outvoted_and_has_signed_its_lie()
    {
        await using var three = await Three.OpenAsync(liars: 1);
        var inputs = PredictionWorld.Inputs(1);
        var answer = await (await three.PanelAsync()).PredictAsync(inputs, Stop);

        using var model = new Predictor(PredictionWorld.Small, PredictionWorld.Parameters);
        answer.Answer.Scores.ToArray().ShouldBe(model.Predict(inputs));
        answer.Agreeing.ShouldBe([three.Worlds[1].WorkerKey.Address, three.Worlds[2].WorkerKey.Address]);
        var kept = CanonicalJson.Read<AnswerEvidence>(CanonicalJson.Write(answer.Dissent.ShouldHaveSingleItem()));
        kept.Worker.ShouldBe(three.Worlds[0].WorkerKey.Address);
        kept.Judge(PredictionWorld.Market, PredictionWorld.Parameters.Hash, model).ShouldBe(AnswerFinding.Lie);
    }

    [Fact]
    public async Task Without_a_majority_there_is_no_answer_but_evidence()
    {
        await using var three = await Three.OpenAsync(liars: 2);
        var panel = await three.PanelAsync();

        var dispute = await Should.ThrowAsync<PredictionDisputedException>(() => panel.PredictAsync(PredictionWorld.Inputs(1), Stop));

        dispute.Message.ShouldContain("in 3 different ways; 2 have to agree");
        using var model = new Predictor(PredictionWorld.Small, PredictionWorld.Parameters);
        dispute.Answers.Count(answer => answer.Judge(PredictionWorld.Market, PredictionWorld.Parameters.Hash, model) == AnswerFinding.True)
            .ShouldBe(1);
    }

    [Fact]
    public async Task A_silent_worker_is_named_and_two_that_agree_are_enough()
    {
        await using var three = await Three.OpenAsync(liars: 0);
        var panel = await three.PanelAsync(funds: [Money.Zero, Money.Dollars(1), Money.Dollars(1)]);

        var answer = await panel.PredictAsync(PredictionWorld.Inputs(1), Stop);

        answer.Silent.ShouldHaveSingleItem().Worker.ShouldBe(three.Worlds[0].WorkerKey.Address);
        answer.Agreeing.Count.ShouldBe(2);
        var deaf = await three.PanelAsync(funds: [Money.Zero, Money.Zero, Money.Dollars(1)]);
        (await Should.ThrowAsync<PredictionDisputedException>(() => deaf.PredictAsync(PredictionWorld.Inputs(1), Stop))).Message
            .ShouldContain("1 answered");
    }

    [Fact]
    public async Task The_same_worker_twice_is_no_panel()
    {
        await using var three = await Three.OpenAsync(liars: 0);
        var one = (await three.PanelAsync()).Workers[0];
        Should.Throw<ArgumentException>(() => new PredictionPanel(PredictionWorld.Market, [one, one])).Message.ShouldContain("same worker");
        Should.Throw<ArgumentException>(() => new PredictionPanel(PredictionWorld.Market, []));
    }

    [Fact]
    public async Task Workers_that_disagree_about_what_the_model_takes_are_no_panel()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var facts = await PredictionClient.FactsAsync(world.Http, PredictionWorld.Model, Stop);
        PredictionClient Client(PredictionFacts said) =>
            PredictionClient.ForTrial(world.Http, said, PredictionWorld.Parameters.Hash, PredictionWorld.Market);

        Should.Throw<ArgumentException>(() => new PredictionPanel(PredictionWorld.Market,
            [Client(facts), Client(facts with { Worker = world.BuyerKey.Address, Input = [1, 1, 1] })])).Message.ShouldContain("lies");
    }

    [Fact]
    public async Task Evidence_cannot_be_made_up_nor_moved()
    {
        await using var world = await PredictionWorld.OpenAsync();
        using var model = new Predictor(PredictionWorld.Small, PredictionWorld.Parameters);
        var inputs = PredictionWorld.Inputs(1);
        var kept = AnswerEvidence.Of(PredictionWorld.Market, world.WorkerKey.Address, inputs,
            await world.AskAsync(world.Voucher(1_000), inputs));
        AnswerFinding Judge(AnswerEvidence evidence, Digest? checkpoint = null) =>
            evidence.Judge(PredictionWorld.Market, checkpoint ?? PredictionWorld.Parameters.Hash, model);

        Judge(kept).ShouldBe(AnswerFinding.True);
        Judge(kept, Digest.Of("another"u8)).ShouldBe(AnswerFinding.OtherCheckpoint);
        Judge(kept with { Worker = world.BuyerKey.Address }).ShouldBe(AnswerFinding.Unsigned);
        Judge(kept with { ChainId = 1 }).ShouldBe(AnswerFinding.Unsigned);
        Judge(kept with { Predictions = world.BuyerKey.Address }).ShouldBe(AnswerFinding.Unsigned);
        Judge(kept with { Receipt = kept.Receipt with { Model = new ModelId(8) } }).ShouldBe(AnswerFinding.Unsigned);
        foreach (var forged in new[] { kept with { Scores = kept.Inputs }, kept with { Inputs = kept.Scores }, kept with { Scores = "?" },
            kept with { Inputs = "AAA=" } })
            Should.Throw<FormatException>(() => Judge(forged));
        // Inputs of the right shape that were never asked: or a true answer could be shown as a lie about them.
        var others = AnswerEvidence.Of(PredictionWorld.Market, world.WorkerKey.Address, PredictionWorld.Inputs(2),
            await world.AskAsync(world.Voucher(2_000), PredictionWorld.Inputs(2)));
        Should.Throw<FormatException>(() => Judge(kept with { Inputs = others.Inputs })).Message
            .ShouldContain("inputs are not those of the receipt");
        Should.Throw<FormatException>(() => Judge(kept with { Scores = others.Scores })).Message
            .ShouldContain("scores are not those of the receipt");
    }

    /// <summary>Three workers with a key each; the first so many lie, each in its own way.</summary>
    private sealed class Three : IAsyncDisposable
    {
        private readonly List<HttpClient> _lines = [];

        public List<PredictionWorld> Worlds { get; } = [];

        public static async Task<Three> OpenAsync(int liars)
        {
            var three = new Three();
            for (byte i = 0; i < 3; i++)
            {
                var world = await PredictionWorld.OpenAsync(worker: (byte)(20 + i));
                three.Worlds.Add(world);
                three._lines.Add(new HttpClient(i < liars
                    ? new Liar(world, 1 + i) : new SocketsHttpHandler()) { BaseAddress = world.Http.BaseAddress });
            }
            return three;
        }

        public async Task<PredictionPanel> PanelAsync(Money[]? funds = null)
        {
            var clients = new List<PredictionClient>();
            for (var i = 0; i < 3; i++)
            {
                var world = Worlds[i];
                var facts = await PredictionClient.FactsAsync(world.Http, PredictionWorld.Model, Stop);
                var channel = new OpenChannel(new ChannelId(1), PredictionWorld.Model, facts.Worker, world.BuyerKey.Address,
                    funds?[i] ?? Money.Dollars(1), Money.Zero);
                clients.Add(PredictionClient.Paying(_lines[i], facts, PredictionWorld.Registered, PredictionWorld.Market, world.BuyerKey,
                    channel, world.Book()));
            }
            return new PredictionPanel(PredictionWorld.Market, clients);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var line in _lines) line.Dispose();
            foreach (var world in Worlds) await world.DisposeAsync();
        }
    }

    /// <summary>A worker that changes the scores it computed and signs the changed ones.</summary>
    private sealed class Liar(PredictionWorld world, float by) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage asked, CancellationToken stop)
        {
            var request = PredictionFrame.ReadRequest(await asked.Content!.ReadAsByteArrayAsync(stop));
            var response = await base.SendAsync(asked, stop);
            var honest = PredictionFrame.ReadAnswer(await response.Content.ReadAsByteArrayAsync(stop), PredictionWorld.Model, request);
            var scores = honest.Scores.ToArray().Select(score => score + by).ToArray();
            var receipt = honest.Receipt with { Outputs = PredictionRequest.HashOf(scores) };
            var lie = new PredictionAnswer(receipt, world.Answers.Sign([receipt], world.WorkerKey)[0], scores);
            response.Content = new ByteArrayContent(
                PredictionFrame.Write(lie)) { Headers = { ContentType = new MediaTypeHeaderValue(PredictionFrame.ContentType) } };
            return response;
        }
    }
}
