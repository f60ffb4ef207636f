using DataBright.Compute.Hostile;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Tasks;
using DataBright.Ethereum;

namespace DataBright.Compute.Worlds;

/// <summary>A registered worker that says whatever a test lets it say.</summary>
internal sealed class ScriptedWorker(World world, int number = ScriptedWorker.Number)
{
    private const int Number = 4_000;

    public EthereumKey Key { get; } = World.Key(number);

    public Address Address => Key.Address;

    public static void Register(World world) => world.Ledger.Register(World.Key(Number));

    public Task<Orders> PollAsync(int free = 1) => SendAsync(PollMessage(free));

    /// <summary>A poll as it is signed now.</summary>
    public SignedMessage PollMessage(int free = 1, bool leaving = false) =>
        SignedMessage.Create(MessageKind.Poll, new Poll(world.Clock.GetUtcNow(), free, [], [], 0, leaving), world.Ledger.Domain, Key);

    public Task<Orders> SendAsync(SignedMessage poll) => world.Host.Wire.PollAsync(poll, CancellationToken.None);

    public Task<Refusal?> CommitAsync(Commit commit) =>
        HostileWorkerTests.Refused(world.Host.Wire.CommitAsync(SignedMessage.Create(MessageKind.Commit, commit, world.Ledger.Domain, Key),
            CancellationToken.None));

    public Task<Refusal?> RevealAsync(Reveal reveal, byte[] state) =>
        HostileWorkerTests.Refused(world.Host.Wire.RevealAsync(SignedMessage.Create(MessageKind.Reveal, reveal, world.Ledger.Domain, Key),
            Attachment.Of(state), CancellationToken.None));

    public Task<Refusal?> AnswerAsync(Answer answer, byte[] state) =>
        HostileWorkerTests.Refused(world.Host.Wire.AnswerAsync(SignedMessage.Create(MessageKind.Answer, answer, world.Ledger.Domain, Key),
            Attachment.Of(state), CancellationToken.None));

    public Task<Refusal?> BeatAsync(LeaseId lease, int step, Digest? state = null) =>
        HostileWorkerTests.Refused(world.Host.Wire.HeartbeatAsync(SignedMessage.Create(MessageKind.Heartbeat,
            new Heartbeat(lease, step, 0.5f, state ?? Digest.Of([(byte)step])), world.Ledger.Domain, Key), CancellationToken.None));

    /// <summary>The true state after some steps.</summary>
    public async Task<byte[]> StateAsync(TaskOrder order, int steps)
    {
        var program = await TaskInputsReader.ProgramAsync(world.Host.Book.Find(order.Lease.Job)!.Plan, order.Task, order.Inputs,
            world.Blobs, world.Shards, 1, CancellationToken.None);
        using var run = program.Start();
        while (run.StepsDone < steps) run.Advance();
        return run.Capture();
    }
}
