using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Tasks;
using DataBright.Compute.Traces;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Hostile;

/// <summary>Workers that do not follow the protocol. Each test is one row of the table in the documentation.</summary>
public sealed class HostileWorkerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_of_anothers_commitment_can_never_be_opened_and_earns_nothing()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        await world.Workers[0].TurnAsync();
        var honest = Copies(world, order).First(copy => copy.Stage == CopyStage.Committed).Commit!.Read<Commit>();

        await puppet.CommitAsync(new Commit(order.Lease, order.Task, honest.Trace));
        await world.TurnAsync();
        await world.TurnAsync();
        var stolen = Copies(world, order).First(copy => copy.Reveal is not null && copy.Worker != puppet.Address).Reveal!.Read<Reveal>();
        var state = await world.Blobs.OpenAsync(Copies(world, order).First(copy => copy.Result is not null).Result!.FinalState, Stop);
        using var bytes = new MemoryStream();
        await state.CopyToAsync(bytes, Stop);

        (await puppet.RevealAsync(stolen with { Lease = order.Lease }, bytes.ToArray())).ShouldBe(Refusal.CommitmentBroken);
        var over = await world.RunAsync(order.Lease.Job, step: TimeSpan.FromSeconds(20));
        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        over.Settlement!.Pay.ShouldNotContain(share => share.Worker == puppet.Address);
    }

    [Fact]
    public async Task A_result_that_comes_after_its_lease_is_ignored_and_never_paid_twice()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();

        world.Clock.Move(world.Terms.Lease + TimeSpan.FromSeconds(1));
        foreach (var worker in world.Workers) await worker.TurnAsync();
        await world.TurnAsync();

        (await puppet.CommitAsync(new Commit(order.Lease, order.Task, Hash32.Zero))).ShouldBe(Refusal.LeaseLost);
        var over = await world.RunAsync(order.Lease.Job, step: TimeSpan.FromSeconds(20));
        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        over.Settlement!.PayTotal.ShouldBeLessThanOrEqualTo(Money.Dollars(90));
        over.Settlement.Pay.ShouldNotContain(share => share.Worker == puppet.Address);
    }

    [Fact]
    public async Task A_worker_that_takes_a_task_and_gives_no_result_loses_it_to_another()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();

        var over = await world.RunAsync(order.Lease.Job, step: TimeSpan.FromSeconds(10));

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        world.Ledger.Find(order.Lease.Job)!.Convicted.ShouldBeEmpty("being slow is no lie");
    }

    [Fact]
    public async Task A_heartbeat_without_progress_does_not_keep_a_lease_and_no_lease_lasts_for_ever()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();

        world.Clock.Move(TimeSpan.FromSeconds(40));
        await puppet.BeatAsync(order.Lease, step: 1);
        world.Clock.Move(TimeSpan.FromSeconds(40));
        await puppet.BeatAsync(order.Lease, step: 1);
        await world.Host.AdvanceAsync((_, _) => { }, Stop);
        (await puppet.BeatAsync(order.Lease, step: 1)).ShouldBeNull("a first step was progress");
        world.Clock.Move(TimeSpan.FromSeconds(21));
        await world.Host.AdvanceAsync((_, _) => { }, Stop);

        (await puppet.BeatAsync(order.Lease, step: 2)).ShouldBe(Refusal.LeaseLost);
    }

    [Fact]
    public async Task A_huge_result_is_not_read_beyond_what_any_state_has()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        var most = TaskSteps.MaxStateBytes(world.Host.Book.Find(order.Lease.Job)!.Plan);
        await puppet.CommitAsync(new Commit(order.Lease, order.Task, Hash32.Zero));
        (await puppet.RevealAsync(new Reveal(order.Lease, order.Task, default, default, Proof, Proof), new byte[most + 1]))
            .ShouldBe(Refusal.OutOfTurn, "nothing is read out of turn");
        foreach (var worker in world.Workers) await worker.TurnAsync();

        (await puppet.RevealAsync(new Reveal(order.Lease, order.Task, default, default, Proof, Proof), new byte[most + 1]))
            .ShouldBe(Refusal.TooLarge);
    }

    [Fact]
    public async Task Nothing_can_be_revealed_before_everybody_has_committed()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        await puppet.CommitAsync(new Commit(order.Lease, order.Task, Hash32.Zero));
        var task = world.Host.Book.Find(order.Lease.Job)!.Tasks[order.Task];
        var state = await puppet.StateAsync(order, task.Steps);

        (await puppet.RevealAsync(new Reveal(order.Lease, order.Task, default, default, Proof, Proof), state)).ShouldBe(Refusal.OutOfTurn);
    }

    [Fact]
    public async Task A_second_different_commitment_is_a_contradiction_and_the_same_one_is_not()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        var commit = new Commit(order.Lease, order.Task, Keccak.Hash("a"u8));

        (await puppet.CommitAsync(commit)).ShouldBeNull();
        (await puppet.CommitAsync(commit)).ShouldBeNull();
        (await puppet.CommitAsync(commit with { Trace = Keccak.Hash("b"u8) })).ShouldBe(Refusal.Contradiction);
        (await puppet.CommitAsync(commit with { Task = TaskKey.Closing, Result = Hash32.Zero })).ShouldBe(Refusal.WrongTask);
        (await puppet.CommitAsync(commit with { Result = Hash32.Zero })).ShouldBe(Refusal.Malformed);
    }

    [Fact]
    public async Task Anothers_messages_and_those_of_another_market_are_worth_nothing()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        var commit = new Commit(order.Lease, order.Task, Keccak.Hash("a"u8));
        using var stranger = World.Key(55);
        var elsewhere = world.Ledger.Domain with { ChainId = 1 };

        (await Refused(world.Host.Wire.CommitAsync(SignedMessage.Create(MessageKind.Commit, commit, elsewhere, puppet.Key), Stop)))
            .ShouldBe(Refusal.UnknownWorker);
        (await Refused(world.Host.Wire.CommitAsync(SignedMessage.Create(MessageKind.Commit, commit, world.Ledger.Domain, stranger), Stop)))
            .ShouldBe(Refusal.UnknownWorker);
        (await Refused(world.Host.Wire.CommitAsync(SignedMessage.Create(MessageKind.Commit, commit, world.Ledger.Domain,
            world.Workers[0].Key), Stop))).ShouldBe(Refusal.LeaseLost);
        var signed = SignedMessage.Create(MessageKind.Commit, commit, world.Ledger.Domain, puppet.Key);
        (await Refused(world.Host.Wire.HeartbeatAsync(signed, Stop))).ShouldBe(Refusal.UnknownWorker, "the kind is part of what is signed");
        var tampered = signed with { Body = signed.Body.ToArray().Select((b, i) => i == 40 ? (byte)(b ^ 1) : b).ToArray() };
        (await Refused(world.Host.Wire.CommitAsync(tampered, Stop))).ShouldNotBeNull();
    }

    [Fact]
    public async Task Receipts_of_a_finished_job_cannot_be_played_again_in_the_next()
    {
        using var world = new World(workers: 3);
        var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, DataLimitBps = 10_000 };
        var first = await world.OrderAsync(plan);
        var over = await world.RunAsync(first);
        var second = await world.OrderAsync(plan);
        foreach (var worker in world.Workers) worker.IsOff = true;
        await world.UntilAsync(() => world.Host.Book.Find(second)?.Phase == JobPhase.Running);

        foreach (var copy in over.Tasks.Values.SelectMany(task => task.Copies))
        {
            await world.Host.Wire.CommitAsync(copy.Commit!, Stop);
            await Should.NotThrowAsync(() => Swallow(world.Host.Wire.RevealAsync(copy.Reveal!, Attachment.None, Stop)));
        }

        world.Host.Book.Find(second)!.Tasks.Values.SelectMany(task => task.Copies).ShouldAllBe(copy => copy.Commit == null);
        world.Host.Book.Find(first)!.Settlement.ShouldBe(over.Settlement);
    }

    [Fact]
    public async Task Files_are_given_only_to_those_whose_lease_needs_them_and_only_they_can_read_their_points()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        await world.Workers[0].TurnAsync();

        var domain = world.Ledger.Domain;
        var stranger = world.Workers[0].Key;
        (await Refused(world.Host.Wire.FetchAsync(SignedMessage.Create(MessageKind.Fetch, new Fetch(order.Lease, order.Data[0].Cid), domain,
            stranger), Stop))).ShouldBe(Refusal.LeaseLost);
        var plan = world.Host.Book.Find(order.Lease.Job)!.Plan;
        (await Refused(world.Host.Wire.FetchAsync(SignedMessage.Create(MessageKind.Fetch, new Fetch(order.Lease, plan.HeldOut.Cid), domain,
            puppet.Key), Stop))).ShouldBe(Refusal.NotYours);
        await using var envelope = await world.Host.Wire
            .FetchAsync(SignedMessage.Create(MessageKind.Fetch, new Fetch(order.Lease, order.Data[0].Cid), domain, puppet.Key), Stop);
        await Should.ThrowAsync<System.Security.Cryptography.CryptographicException>(
            () => DataBright.Storage.Envelope.OpenAsync(envelope, stranger, Stop));
    }

    [Fact]
    public async Task A_state_that_is_not_what_was_committed_to_is_refused_for_what_is_wrong_with_it()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        var task = world.Host.Book.Find(order.Lease.Job)!.Tasks[order.Task];
        var final = await puppet.StateAsync(order, task.Steps);
        var hash = TaskStates.Read(world.Host.Book.Find(order.Lease.Job)!.Plan, order.Task, final).Hash;
        var (early, salt) = (await puppet.StateAsync(order, task.Steps - 1), Keccak.Hash("salt"u8));
        // A trace of its own making: the right start, the right end, nonsense between.
        Digest[] hashes = [task.Start!.Value, .. Enumerable.Range(1, task.Steps - 1).Select(i => Digest.Of([(byte)i])), hash];
        var root = StepTree.Root(hashes);
        await puppet.CommitAsync(new Commit(order.Lease, order.Task,
            Commitments.ToTrace(world.Ledger.Domain, order.Order, order.Plan, order.Lease, order.Task, root, puppet.Address, salt)));
        foreach (var worker in world.Workers) await worker.TurnAsync();
        var good = new Reveal(order.Lease, order.Task, root, salt, StepTree.Prove(hashes, 0), StepTree.Prove(hashes, task.Steps));

        (await puppet.RevealAsync(good, "nonsense"u8.ToArray())).ShouldBe(Refusal.StateBroken);
        (await puppet.RevealAsync(good, early)).ShouldBe(Refusal.StateBroken);
        (await puppet.RevealAsync(good with { Last = StepTree.Prove(hashes, 1) }, final)).ShouldBe(Refusal.ProofBroken);
        (await puppet.RevealAsync(good with { First = good.First with { State = hash } }, final)).ShouldBe(Refusal.ProofBroken);
        (await puppet.RevealAsync(good with { Salt = default }, final)).ShouldBe(Refusal.CommitmentBroken);
        (await puppet.RevealAsync(good, final)).ShouldBeNull();
        (await puppet.RevealAsync(good, final)).ShouldBeNull("a second time is a repetition");
    }

    [Fact]
    public async Task A_trace_that_starts_from_something_else_is_refused()
    {
        using var world = await OneTaskWorldAsync();
        var puppet = new ScriptedWorker(world);
        var order = (await puppet.PollAsync()).Start.Single();
        var task = world.Host.Book.Find(order.Lease.Job)!.Tasks[order.Task];
        var final = await puppet.StateAsync(order, task.Steps);
        var hash = TaskStates.Read(world.Host.Book.Find(order.Lease.Job)!.Plan, order.Task, final).Hash;
        Digest[] hashes = [Digest.Of("another start"u8), .. Enumerable.Range(1, task.Steps - 1).Select(i => Digest.Of([(byte)i])), hash];
        var root = StepTree.Root(hashes);
        await puppet.CommitAsync(new Commit(order.Lease, order.Task,
            Commitments.ToTrace(world.Ledger.Domain, order.Order, order.Plan, order.Lease, order.Task, root, puppet.Address, default)));
        foreach (var worker in world.Workers) await worker.TurnAsync();

        (await puppet.RevealAsync(new Reveal(order.Lease, order.Task, root, default, StepTree.Prove(hashes, 0),
            StepTree.Prove(hashes, task.Steps)), final)).ShouldBe(Refusal.WrongStart);
    }

    /// <summary>A running job of one training task whose seats belong to a puppet and two honest workers; a third stands by.</summary>
    internal static async Task<World> OneTaskWorldAsync(TimeSpan? deadline = null, int epochs = 1)
    {
        var world = new World(workers: 3);
        ScriptedWorker.Register(world);
        var plan = await TinyData.PlanAsync(world.Blobs)
            with { Partitions = 1, Rounds = 1, EpochsPerRound = epochs, DataLimitBps = 10_000 };
        // The pool is what has been heard of: the puppet and the first two.
        world.Workers[2].IsOff = true;
        await new ScriptedWorker(world).PollAsync();
        await world.OrderAsync(plan, deadline: deadline);
        await world.Workers[0].TurnAsync();
        await world.Workers[1].TurnAsync();
        await world.Host.AdvanceAsync((_, _) => { }, Stop);
        world.Workers[2].IsOff = false;
        return world;
    }

    private static StepProof Proof { get; } = new(0, default, []);

    private static System.Collections.Immutable.ImmutableArray<Copy> Copies(World world, TaskOrder order) =>
        world.Host.Book.Find(order.Lease.Job)!.Tasks[order.Task].Copies;

    private static async Task Swallow(Task task)
    {
        try
        {
            await task;
        }
        catch (ProtocolException)
        {
        }
    }

    internal static async Task<Refusal?> Refused(Task task)
    {
        try
        {
            await task;
            return null;
        }
        catch (ProtocolException refused)
        {
            return refused.Refusal;
        }
    }
}
