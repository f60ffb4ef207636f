using DataBright.Compute.Protocol;
using DataBright.Failures;

namespace DataBright.Compute.Workers;

/// <summary>A wire whose other end may hang: each call ends in time.</summary>
internal sealed class TimedWire(ISchedulerWire wire, WorkerOptions options, TimeProvider clock) : ISchedulerWire
{
    public Task<JobDomain> DomainAsync(CancellationToken stop) =>
        WithinAsync(options.AnswerLimit, "The scheduler's answer", wire.DomainAsync, stop);

    public Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop) =>
        WithinAsync(options.PollWait + options.AnswerLimit, "The poll", inner => wire.PollAsync(poll, inner), stop);

    public Task CommitAsync(SignedMessage commit, CancellationToken stop) =>
        TimeLimit.RunAsync(options.AnswerLimit, clock, "The commitment", inner => wire.CommitAsync(commit, inner), stop);

    public Task RevealAsync(SignedMessage reveal, Attachment finalState, CancellationToken stop) =>
        TimeLimit.RunAsync(options.FileLimit, clock, "The result", inner => wire.RevealAsync(reveal, finalState, inner), stop);

    public Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop) =>
        TimeLimit.RunAsync(options.AnswerLimit, clock, "The heartbeat", inner => wire.HeartbeatAsync(heartbeat, inner), stop);

    public Task AnswerAsync(SignedMessage answer, Attachment stateBefore, CancellationToken stop) =>
        TimeLimit.RunAsync(options.FileLimit, clock, "The answer", inner => wire.AnswerAsync(answer, stateBefore, inner), stop);

    /// <summary>Bounds the answer; whoever reads the file bounds the reading.</summary>
    public Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop) =>
        WithinAsync(options.AnswerLimit, "The answer to a request for a file", inner => wire.FetchAsync(fetch, inner), stop);

    private Task<T> WithinAsync<T>(TimeSpan limit, string what, Func<CancellationToken, Task<T>> ask, CancellationToken stop) =>
        TimeLimit.RunAsync(limit, clock, what, ask, stop);
}
