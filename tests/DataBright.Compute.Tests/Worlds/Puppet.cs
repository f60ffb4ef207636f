using DataBright.Compute.Hostile;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Tasks;
using DataBright.Ethereum;

namespace DataBright.Compute.Worlds;

/// <summary>A registered worker that says whatever a test lets it say.</summary>
internal sealed class Puppet(World world)
{
    private const int Number = 4_000;

    public EthereumKey Key { get; } = World.Key(Number);

    public Address Address => Key.Address;

    public static void Register(World world) => world.Ledger.Register(World.Key(Number));

    public Task<Orders> PollAsync() => world.Host.Wire.PollAsync(
        SignedMessage.Create(MessageKind.Poll, new Poll(world.Clock.GetUtcNow(), 1, [], [], 0), world.Ledger.Domain, Key), CancellationToken.None);

    public Task<Refusal?> CommitAsync(Commit commit) =>
        HostileWorkerTests.Refused(world.Host.Wire.CommitAsync(SignedMessage.Create(MessageKind.Commit, commit, world.Ledger.Domain, Key), CancellationToken.None));

    public Task<Refusal?> RevealAsync(Reveal reveal, byte[] state) =>
        HostileWorkerTests.Refused(world.Host.Wire.RevealAsync(SignedMessage.Create(MessageKind.Reveal, reveal, world.Ledger.Domain, Key), Attachment.Of(state), CancellationToken.None));

    public Task<Refusal?> BeatAsync(LeaseId lease, int step) =>
        HostileWorkerTests.Refused(world.Host.Wire.HeartbeatAsync(SignedMessage.Create(MessageKind.Heartbeat, new Heartbeat(lease, step, 0.5f), world.Ledger.Domain, Key), CancellationToken.None));

    /// <summary>The true state after some steps.</summary>
    public async Task<byte[]> StateAsync(TaskOrder order, int steps)
    {
        var program = await TaskInputsReader.ProgramAsync(world.Host.Book.Find(order.Lease.Job)!.Plan, order.Task, order.Inputs, world.Blobs, world.Shards, 1, CancellationToken.None);
        using var run = program.Start();
        while (run.Step < steps) run.Next();
        return run.Capture();
    }
}
