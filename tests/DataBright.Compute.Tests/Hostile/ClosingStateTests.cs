using System.Text;
using DataBright.Compute.Jobs;
using DataBright.Compute.Tasks;
using DataBright.Compute.Worlds;
using DataBright.Storage;

namespace DataBright.Compute.Hostile;

/// <summary>What a worker seals is a stranger's word: only what the plan can lead to is read.</summary>
public sealed class ClosingStateTests
{
    private static readonly Digest Hash = Digest.Of("checkpoint"u8);

    [Theory]
    [InlineData(2, "main", 50, 50, true)]
    [InlineData(2, "main", 0, 50, true)]
    [InlineData(2, "main", 51, 50, false)]
    [InlineData(2, "main", -1, 50, false)]
    [InlineData(2, "main", 0, 0, false)]
    [InlineData(2, "main", 10, int.MaxValue, false)]
    [InlineData(2, "another", 10, 50, false)]
    [InlineData(2, "", 10, 50, false)]
    [InlineData(1, "main", 10, 50, false)]
    [InlineData(3, "main", 10, 50, false)]
    [InlineData(-1, "main", 10, 50, false)]
    [InlineData(int.MaxValue, "main", 10, 50, false)]
    public async Task An_outcome_is_one_of_the_plans(int step, string run, int correct, int total, bool isPossible)
    {
        var plan = await TinyData.PlanAsync(new MemoryBlobStore());
        var state = new ClosingState(step, Hash, null, 0, [new RunOutcome(run, Hash, correct, total)]);

        Reading(plan, state.ToBytes(), isPossible);
    }

    [Fact]
    public async Task The_number_of_runs_and_what_is_being_measured_fit_the_step()
    {
        var plan = await TinyData.PlanAsync(new MemoryBlobStore());
        var done = new RunOutcome("main", Hash, 10, 50);

        Reading(plan, new ClosingState(0, Hash, null, 0, []).ToBytes(), true);
        Reading(plan, new ClosingState(1, Hash, Hash, 0, []).ToBytes(), true);
        Reading(plan, new ClosingState(1, Hash, Hash, 50, []).ToBytes(), true);
        Reading(plan, new ClosingState(1, Hash, Hash, 51, []).ToBytes(), false);
        Reading(plan, new ClosingState(1, Hash, Hash, -5, []).ToBytes(), false);
        Reading(plan, new ClosingState(1, Hash, null, 0, []).ToBytes(), false);
        Reading(plan, new ClosingState(0, Hash, Hash, 0, []).ToBytes(), false);
        Reading(plan, new ClosingState(2, Hash, null, 0, []).ToBytes(), false);
        Reading(plan, new ClosingState(2, Hash, null, 7, [done]).ToBytes(), false);
        Reading(plan, new ClosingState(2, Hash, null, 0, [done, done]).ToBytes(), false);
        Reading(plan, new ClosingState(0, Hash, null, 0, [done]).ToBytes(), false);
        Reading(plan, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(new ClosingState(2, Hash, null, 0, [done]).ToBytes())
            .Replace("[{", "[null,{", StringComparison.Ordinal)), false);
    }

    [Fact]
    public void Nothing_measured_is_an_accuracy_of_nothing()
    {
        new RunOutcomes([]).Metric.ShouldBe(0u);
        new RunOutcomes([new RunOutcome("a", Hash, 5, 0)]).Metric.ShouldBe(0u);
        new RunOutcomes([new RunOutcome("a", Hash, -5, 10), new RunOutcome("b", Hash, int.MaxValue, int.MaxValue)]).Metric
            .ShouldBe(500_000u);
    }

    private static void Reading(JobPlan plan, byte[] bytes, bool isPossible)
    {
        if (isPossible) TaskStates.Read(plan, TaskKey.Closing, bytes).Outcome.ShouldNotBeNull();
        else Should.Throw<MalformedInputException>(() => TaskStates.Read(plan, TaskKey.Closing, bytes));
    }
}
