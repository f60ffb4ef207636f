namespace DataBright.Serving.Tests;

public sealed class PredictionMetricsTests
{
    [Fact]
    public async Task Vouchers_count_once_and_examples_by_what_paid_for_them()
    {
        await using var world = await PredictionWorld.OpenAsync(new ServingTerms { TrialEachPerDay = 5 });
        await world.AskAsync(world.Voucher(3_000), PredictionWorld.Inputs(1, examples: 3));
        await world.AskAsync(world.Voucher(3_000), PredictionWorld.Inputs(1, examples: 3));
        await world.AskAsync(null, PredictionWorld.Inputs(2, examples: 2));
        await world.RefusedAsync(world.Voucher(3_500), PredictionWorld.Inputs(4));

        world.Tally["databright.vouchers.taken"].ShouldBe(1, "the same voucher again is no other one");
        world.Tally["databright.predictions{paid=voucher}"].ShouldBe(6);
        world.Tally["databright.predictions{paid=trial}"].ShouldBe(2);
        world.Tally.Count("databright.prediction.duration").ShouldBe(3, "the refused one has no answer to time");
    }
}
