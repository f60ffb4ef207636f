using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Tasks;
using DataBright.Compute.Traces;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Market;

namespace DataBright.Compute.Hostile;

/// <summary>Verdicts that come late, that the ledger does not take, or that a trace tries to make impossible.</summary>
public sealed class VerdictTests
{
    [Theory]
    [InlineData(nameof(Rule.WorkerUnknown))]
    [InlineData(nameof(Rule.KeyNotTrusted))]
    [InlineData(nameof(Rule.NotTheReferee))]
    public async Task A_verdict_that_the_ledger_never_takes_holds_up_nothing(string name)
    {
        var rule = Rule.Find(name)!;
        using var world = new World(workers: 5, executors: new Dictionary<int, ITaskExecutor> { [1] = Liars.InTraining(3) });
        (world.View, var control) = FailingSeam<IJobLedger>.Around(new MemoryJobLedgerView(world.Ledger));
        control.Fault = (called, _) => called.Name == nameof(IJobLedger.ConvictAsync) ? RuleBrokenException.Of(rule) : null;
        world.RestartScheduler();
        foreach (var seat in world.Workers.Skip(3)) seat.IsOff = true;
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 1, DataLimitBps = 10_000 });
        await world.UntilAsync(() => world.Host.Book.Find(job)?.Phase == JobPhase.Running);
        foreach (var seat in world.Workers) seat.IsOff = false;

        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        var liar = over.Participants[world.Workers[1].Address];
        (liar.Standing, liar.OnLedger, liar.IsUnreportable).ShouldBe((LeaseStanding.Convicted, false, true));
        over.Settlement!.Pay.ShouldNotContain(share => share.Worker == world.Workers[1].Address, "it is not paid all the same");
        world.Store.Events(job, 0, 1000)
            .ShouldContain(news => news.Detail != null
                && news.Detail.StartsWith("the ledger does not take the verdict", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_lied_in_a_dispute_that_is_over_meanwhile_has_lied()
    {
        using var world = await HostileWorkerTests.OneTaskWorldAsync();
        var job = world.Host.Book.Find(new JobId(1))!;
        var liar = world.Workers[0].Address;
        var verdict = new SignedVerdict(liar, world.SchedulerKey.Address, default, world.RefereeKey.Sign(Hash32.Zero));

        var judged = job.Judged(new TaskKey(0, 0, 0), number: 999, [verdict], world.Clock.GetUtcNow(), world.Terms);

        judged.Participants[liar].Standing.ShouldBe(LeaseStanding.Convicted);
        judged.Unreported.ShouldHaveSingleItem().ShouldBe(verdict);
        judged.Judged(new TaskKey(0, 0, 0), number: 999, [verdict], world.Clock.GetUtcNow(), world.Terms).ShouldBeSameAs(judged);
        var stranger = verdict with { Worker = World.Key(77).Address };
        job.Judged(new TaskKey(0, 0, 0), number: 999, [stranger], world.Clock.GetUtcNow(), world.Terms).ShouldBeSameAs(job);
    }

    [Fact]
    public async Task A_trace_that_holds_states_of_other_steps_cannot_be_answered_for()
    {
        using var world = new World(workers: 0);
        ScriptedWorker.Register(world);
        var puppet = new ScriptedWorker(world);
        await puppet.PollAsync();
        var job = await world.OrderAsync(
            await TinyData.PlanAsync(world.Blobs)
                with { Partitions = 1, Rounds = 1, EpochsPerRound = 2, DataLimitBps = 10_000, Redundancy = 1, SpotChecks = 4 });
        await world.Host.AdvanceAsync((_, _) => { }, Stop);
        var order = (await puppet.PollAsync()).Start.Single();
        var task = world.Host.Book.Find(job)!.Tasks[order.Task];
        // Every state between the first and the last is said to be the first one.
        var (first, last) = (await puppet.StateAsync(order, 0), await puppet.StateAsync(order, task.Steps));
        var plan = world.Host.Book.Find(job)!.Plan;
        var (start, end) = (TaskStates.Read(plan, order.Task, first).Hash, TaskStates.Read(plan, order.Task, last).Hash);
        Digest[] hashes = [.. Enumerable.Repeat(start, task.Steps), end];
        var root = StepTree.Root(hashes);
        var trace = Commitments.ToTrace(world.Ledger.Domain, order.Order, order.Plan, order.Lease, order.Task, root,
            puppet.Address, default);
        (await puppet.CommitAsync(new Commit(order.Lease, order.Task, trace))).ShouldBeNull();
        (await puppet.RevealAsync(new Reveal(order.Lease, order.Task, root, default, StepTree.Prove(hashes, 0),
            StepTree.Prove(hashes, task.Steps)), last)).ShouldBeNull();

        var question = (await puppet.PollAsync()).Questions.ShouldHaveSingleItem();
        var step = question.Step!.Value;
        step.ShouldBeGreaterThan(1, "else the first state is the right one; another seed of the test draws another step");
        var answer = new Answer(order.Lease, question.Number, Before: StepTree.Prove(hashes, step - 1),
            After: StepTree.Prove(hashes, step));

        (await puppet.AnswerAsync(answer, first)).ShouldBe(Refusal.StateBroken);
        (await puppet.AnswerAsync(answer with { Number = question.Number + 1 }, first)).ShouldBe(Refusal.OutOfTurn);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
