using System.Net;
using System.Text;
using System.Text.Json;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Training;
using DataBright.Market;

namespace DataBright.Serving.Tests;

/// <summary>Inputs that no model can answer, and rows of another length: one clear refusal, and nothing is spent.</summary>
public sealed class OddInputTests
{
    private static readonly float[] Beyond = [3e38f, 3e38f, 3e38f, 3e38f, 3e38f, 3e38f];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_has_no_finite_score_is_refused_and_its_voucher_buys_something_else()
    {
        await using var world = await PredictionWorld.OpenAsync();
        await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));

        foreach (var _ in new[] { 1, 2, 3 })
            (await world.RefusedAsync(world.Voucher(2_000), Beyond)).ShouldBe(PredictionRefusal.Malformed);
        await world.AskAsync(world.Voucher(2_000), PredictionWorld.Inputs(2));

        (await world.RefusedAsync(world.Voucher(2_999), PredictionWorld.Inputs(3))).ShouldBe(PredictionRefusal.Underpaid);
    }

    [Fact]
    public async Task A_voucher_for_no_answer_is_not_settled_and_not_remembered()
    {
        await using var world = await PredictionWorld.OpenAsync();
        await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));
        (await world.RefusedAsync(world.Voucher(9_000), Beyond)).ShouldBe(PredictionRefusal.Malformed);

        await world.Server.SettleAsync(_ => { }, Stop);
        world.Ledger.Settlements.Select(settled => settled.Cumulative.Units).ShouldBe([(UInt128)1_000]);

        await world.RestartAsync();
        (await world.RefusedAsync(world.Voucher(1_999), PredictionWorld.Inputs(3))).ShouldBe(PredictionRefusal.Underpaid);
        await world.AskAsync(world.Voucher(9_000), PredictionWorld.Inputs(2));
    }

    [Fact]
    public async Task One_that_cannot_be_answered_keeps_none_that_came_with_it()
    {
        await using var world = await PredictionWorld.OpenAsync();
        await world.AskAsync(world.Voucher(50_000), PredictionWorld.Inputs(0));

        var asked = Enumerable.Range(1, 40).Select(i => Task.Run(async () =>
        {
            var sum = world.Voucher(50_000 - (ulong)i);
            if (i % 3 == 0) (await world.RefusedAsync(sum, Beyond)).ShouldBe(PredictionRefusal.Malformed);
            else await world.AskAsync(sum, PredictionWorld.Inputs(i));
        }, Stop));
        await Task.WhenAll(asked);

        // 27 were answered beside the first; 22 are left.
        for (var i = 0; i < 22; i++) await world.AskAsync(world.Voucher(40_000 - (ulong)i), PredictionWorld.Inputs(100 + i));
        (await world.RefusedAsync(world.Voucher(30_000), PredictionWorld.Inputs(200))).ShouldBe(PredictionRefusal.Underpaid);
    }

    [Fact]
    public async Task A_trial_that_was_not_answered_is_left()
    {
        await using var world = await PredictionWorld.OpenAsync(new ServingTerms { TrialEachPerDay = 1 });

        (await world.RefusedAsync(null, Beyond)).ShouldBe(PredictionRefusal.Malformed);
        await world.AskAsync(null, PredictionWorld.Inputs(1));

        (await world.RefusedAsync(null, PredictionWorld.Inputs(2))).ShouldBe(PredictionRefusal.TrialOver);
    }

    [Fact]
    public async Task A_buyer_signs_no_more_for_what_was_refused()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var facts = await PredictionClient.FactsAsync(world.Http, PredictionWorld.Model, Stop);
        var channel = new OpenChannel(new ChannelId(1), PredictionWorld.Model, world.WorkerKey.Address, world.BuyerKey.Address,
            Money.Dollars(1), Money.Zero);
        var client = PredictionClient.Paying(world.Http, facts, PredictionWorld.Registered, PredictionWorld.Market, world.BuyerKey, channel,
            world.Book());

        (await Should.ThrowAsync<PredictionRefusedException>(() => client.PredictAsync(Beyond, Stop))).Message
            .ShouldContain("Nothing was spent");
        await client.PredictAsync(PredictionWorld.Inputs(1), Stop);

        client.Channel!.Signed.ShouldBe(PredictionWorld.Price);
    }

    [Theory]
    [InlineData("[[1,1,1,1,1],[1,1,1,1,1,1,1]]", "Row 1 has 5 values; 6 are expected")]
    [InlineData("[[1,1,1,1,1,1],[1,1,1,1,1,1,1],[1,1,1,1,1]]", "Row 2 has 7 values; 6 are expected")]
    [InlineData("[[1,1,1,1,1,1,1,1,1,1,1,1]]", "Row 1 has 12 values; 6 are expected")]
    [InlineData("[[],[1,1,1,1,1,1]]", "Row 1 has 0 values; 6 are expected")]
    [InlineData("[[1,1,1,1,1,1],null]", "Row 2 of the inputs is null")]
    [InlineData("[]", "6 values each")]
    [InlineData("[[1,1,1,1,1,1e39]]", "Value 6 of row 1 is beyond binary32")]
    [InlineData("[[1,1,1,1,1,-1e39]]", "Value 6 of row 1 is beyond binary32")]
    [InlineData("[[3e38,3e38,3e38,3e38,3e38,3e38]]", "no finite score for example 1")]
    [InlineData("[[1,1,1,1,1,1],[3e38,3e38,3e38,3e38,3e38,3e38]]", "no finite score for example 2")]
    [InlineData("[[1,1,1,1,1,NaN]]", "cannot be read at inputs[0][5]")]
    [InlineData("[[1,1,1,1,1,\"1\"]]", "cannot be read at inputs[0][5]")]
    [InlineData("7", "cannot be read at inputs")]
    public async Task Rows_are_looked_at_one_by_one(string inputs, string saying)
    {
        await using var world = await PredictionWorld.OpenAsync(new ServingTerms { TrialEachPerDay = 100 });
        using var body = new StringContent($$"""{"inputs":{{inputs}}}""", Encoding.UTF8, "application/json");

        using var answer = await world.Http.PostAsync($"predictions/{PredictionWorld.Model}", body, Stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(Stop));
        problem.RootElement.GetProperty("refusal").GetString().ShouldBe("malformed", StringCompareShould.IgnoreCase);
        problem.RootElement.GetProperty("detail").GetString()!.ShouldContain(saying);
        problem.RootElement.GetProperty("detail").GetString()!.ShouldNotContain("System.");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_model_whose_parameters_are_no_numbers_is_not_served(float odd)
    {
        var tensors = PredictionWorld.Parameters.Tensors.ToList();
        var values = tensors[1].Values.ToArray();
        values[2] = odd;
        tensors[1] = new Tensor(tensors[1].Name, tensors[1].Shape, values);

        Should.Throw<MalformedInputException>(() => new Predictor(PredictionWorld.Small, new Checkpoint(tensors)).Dispose())
            .Message.ShouldContain($"value 2 of tensor '{tensors[1].Name}'");
    }
}
