using DataBright.Compute.Protocol;

namespace DataBright.Compute.Worlds;

/// <summary>Whatever scheduler the world has now. One that dies while it answers looks like a lost connection.</summary>
public sealed class CurrentWire(World world) : ISchedulerWire
{
    public Task<JobDomain> DomainAsync(CancellationToken stop) => world.Host.Wire.DomainAsync(stop);

    public Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop) => AskAsync(wire => wire.PollAsync(poll, stop));

    public Task CommitAsync(SignedMessage commit, CancellationToken stop) => AskAsync(wire => Done(wire.CommitAsync(commit, stop)));

    public Task RevealAsync(SignedMessage reveal, Attachment finalState, CancellationToken stop) =>
        AskAsync(wire => Done(wire.RevealAsync(reveal, finalState, stop)));

    public Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop) =>
        AskAsync(wire => Done(wire.HeartbeatAsync(heartbeat, stop)));

    public Task AnswerAsync(SignedMessage answer, Attachment stateBefore, CancellationToken stop) =>
        AskAsync(wire => Done(wire.AnswerAsync(answer, stateBefore, stop)));

    public Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop) => AskAsync(wire => wire.FetchAsync(fetch, stop));

    private async Task<T> AskAsync<T>(Func<ISchedulerWire, Task<T>> ask)
    {
        try
        {
            return await ask(world.Host.Wire);
        }
        catch (KilledException fault)
        {
            world.RestartScheduler();
            throw new HttpRequestException("The connection was lost.", fault);
        }
        catch (Exception fault) when (fault is not ProtocolException)
        {
            throw new HttpRequestException($"The scheduler answered 503: {fault.Message}", fault);
        }
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
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

    public async Task RevealAsync(SignedMessage reveal, Attachment finalState, CancellationToken stop)
    {
        await wire.RevealAsync(reveal, finalState, stop);
        await wire.RevealAsync(reveal, finalState, stop);
    }

    public async Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop)
    {
        await wire.HeartbeatAsync(heartbeat, stop);
        await wire.HeartbeatAsync(heartbeat, stop);
    }

    public async Task AnswerAsync(SignedMessage answer, Attachment stateBefore, CancellationToken stop)
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
