using DataBright.Learning.Aggregation;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

public sealed class RoundUtilityTests
{
    private readonly ExampleSet _reference = Samples.Examples(Samples.Tiny, 150, seed: 20);

    [Fact]
    public void Parameters_become_a_vector_and_back()
    {
        var start = Initialisation.Draw(Samples.Tiny, 1);
        Updates.Shape(Samples.Tiny, Updates.Flatten(Samples.Tiny, start)).Hash.ShouldBe(start.Hash);
        Should.Throw<ArgumentException>(() => Updates.Shape(Samples.Tiny, new float[3]));
    }

    [Fact]
    public void A_trainer_with_wrong_labels_is_worth_least_by_every_valuation_of_the_round()
    {
        var start = Initialisation.Draw(Samples.Tiny, 1);
        var updates =
            new Updates([.. Enumerable.Range(0, 5).Select(trainer => (ReadOnlyMemory<float>)Train(start, trainer, isBad: trainer == 3))]);
        var game = RoundUtility.Of(Samples.Tiny, start, updates, _reference);
        game[Coalition.Everyone(5)].ShouldBeGreaterThan(game[Coalition.Empty]);
        var exact = ExactValues.Shapley(game);
        var guided = GuidedShapley.Values(game, 1);
        guided.HasConverged.ShouldBeTrue();
        guided.Values.ShouldBe(exact, 0.03);
        foreach (var values in new[] { exact, guided.Values, ExactValues.Banzhaf(game) }) Array.IndexOf(values, values.Min()).ShouldBe(3);
        game.Evaluated.ShouldBeLessThanOrEqualTo(32);
    }

    [Fact]
    public void A_round_of_another_model_is_refused() =>
        Should.Throw<ArgumentException>(
            () => RoundUtility.Of(Samples.Tiny, Initialisation.Draw(Samples.Tiny, 1), new Updates([new float[3]]), _reference));

    private static float[] Train(Checkpoint start, int trainer, bool isBad)
    {
        var examples = Samples.Examples(Samples.Tiny, 60, seed: (ulong)(30 + trainer));
        using var run = new TrainingRun(Samples.Plan(Samples.Tiny, batch: 10, epochs: 2), isBad ? Flipped(examples) : examples, start);
        while (!run.IsComplete) run.Next();
        return [.. Updates.Flatten(Samples.Tiny, run.Parameters())
            .Zip(Updates.Flatten(Samples.Tiny, start), (after, before) => after - before)];
    }

    private static ExampleSet Flipped(ExampleSet examples) =>
        new(examples.Shape, examples.Features, Array.ConvertAll(examples.Labels.ToArray(), label => (label + 1) % 4));
}
