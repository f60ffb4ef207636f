using DataBright.Compute.Protocol;

namespace DataBright.Compute.Worlds;

/// <summary>Whatever scheduler the world has now.</summary>
public sealed class CurrentWire(World world) : ISchedulerWire
{
    public Task<JobDomain> DomainAsync(CancellationToken stop) => world.Host.Wire.DomainAsync(stop);
    public Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop) => world.Host.Wire.PollAsync(poll, stop);
    public Task CommitAsync(SignedMessage commit, CancellationToken stop) => world.Host.Wire.CommitAsync(commit, stop);
    public Task RevealAsync(SignedMessage reveal, ReadOnlyMemory<byte> finalState, CancellationToken stop) => world.Host.Wire.RevealAsync(reveal, finalState, stop);
    public Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop) => world.Host.Wire.HeartbeatAsync(heartbeat, stop);
    public Task AnswerAsync(SignedMessage answer, ReadOnlyMemory<byte> stateBefore, CancellationToken stop) => world.Host.Wire.AnswerAsync(answer, stateBefore, stop);
    public Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop) => world.Host.Wire.FetchAsync(fetch, stop);
}

/// <summary>A client that stutters: it sends everything twice, as a network with retries does.</summary>
public sealed class StutteringWire(ISchedulerWire wire) : ISchedulerWire
{
    public Task<JobDomain> DomainAsync(CancellationToken stop) => wire.DomainAsync(stop);

    public async Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop)
    {
        await wire.PollAsync(poll, stop);
        return await wire.PollAsync(poll, stop);
    }

    public async Task CommitAsync(SignedMessage commit, CancellationToken stop)
    {
        await wire.CommitAsync(commit, stop);
        await wire.CommitAsync(commit, stop);
    }

    public async Task RevealAsync(SignedMessage reveal, ReadOnlyMemory<byte> finalState, CancellationToken stop)
    {
        await wire.RevealAsync(reveal, finalState, stop);
        await wire.RevealAsync(reveal, finalState, stop);
    }

    public async Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop)
    {
        await wire.HeartbeatAsync(heartbeat, stop);
        await wire.HeartbeatAsync(heartbeat, stop);
    }

    public async Task AnswerAsync(SignedMessage answer, ReadOnlyMemory<byte> stateBefore, CancellationToken stop)
    {
        await wire.AnswerAsync(answer, stateBefore, stop);
        await wire.AnswerAsync(answer, stateBefore, stop);
    }

    public async Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop)
    {
        await (await wire.FetchAsync(fetch, stop)).DisposeAsync();
        return await wire.FetchAsync(fetch, stop);
    }
}
