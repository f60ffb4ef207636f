using DataBright.Learning.Checkpoints;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Training;

public sealed class TrainingStateTests
{
    private static TrainingState State()
    {
        using var run = new TrainingRun(Samples.Plan(Samples.Tiny), Samples.Examples(Samples.Tiny, 23));
        run.Next();
        return run.Capture();
    }

    [Fact]
    public void The_bytes_are_read_back_to_the_same_state()
    {
        var state = State();
        var read = TrainingState.Parse(state.ToBytes());
        read.Hash.ShouldBe(state.Hash);
        read.Step.ShouldBe(1);
        read.ToBytes().ShouldBe(state.ToBytes());
    }

    [Fact]
    public void A_single_bit_of_a_parameter_or_a_momentum_changes_the_hash()
    {
        var file = State().ToBytes();
        var hash = State().Hash;
        for (var i = file.Length - 4; i > file.Length - 3000; i -= 97)
        {
            var damaged = file.ToArray();
            damaged[i] ^= 1;
            TrainingState.Parse(damaged).Hash.ShouldNotBe(hash);
        }
    }

    [Fact]
    public void A_state_of_another_architecture_or_beyond_the_end_is_refused()
    {
        var (plan, examples, state) = (Samples.Plan(Samples.Tiny), Samples.Examples(Samples.Tiny, 23), State());
        Should.Throw<MalformedInputException>(() => TrainingRun.Resume(plan, examples,
            new TrainingState(16, state.Parameters, state.Momentum))).Message.ShouldContain("step 16 is beyond the 15 steps");
        Should.Throw<MalformedInputException>(() => TrainingRun.Resume(plan, examples,
            new TrainingState(1, state.Parameters, new Checkpoint([])))).Message.ShouldContain("momentum");
    }

    [Fact]
    public void A_run_begins_in_the_state_that_is_known_without_it()
    {
        foreach (var optimiser in new[] { new Optimiser(0.1f, 0.9f), Optimiser.AdamW(0.01f) })
        {
            var plan = new TrainingPlan(Samples.Residuals, optimiser, 5, 1, 9);
            using TrainingRun drawn = new(plan, Samples.Examples(Samples.Residuals, 5)),
                given = new(plan, Samples.Examples(Samples.Residuals, 5), TrainingRun.FreshParameters(Samples.Residuals, 3));
            TrainingState.Begin(plan).Hash.ShouldBe(drawn.StateHash());
            TrainingState.Begin(plan, given.Parameters()).Hash.ShouldBe(given.StateHash());
        }
    }

    [Fact]
    public void A_plain_checkpoint_is_no_state() =>
        Should.Throw<MalformedInputException>(() => TrainingState.Parse(State().Parameters.ToBytes())).Message
            .ShouldContain("not a training state");
}
