namespace DataBright.Compute.Protocol;

/// <summary>
/// Everything a worker can ask of a scheduler. The engine implements it; the HTTP client implements it by asking an engine elsewhere.
/// Each message carries the signature of its sender and may arrive twice: the second time changes nothing and is answered like the first.
/// </summary>
public interface ISchedulerWire
{
    /// <summary>Which chain and Jobs contract messages are to be signed for.</summary>
    Task<JobDomain> DomainAsync(CancellationToken stop);

    /// <exception cref="ProtocolException">The message is refused.</exception>
    Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop);

    /// <inheritdoc cref="PollAsync"/>
    Task CommitAsync(SignedMessage commit, CancellationToken stop);

    /// <inheritdoc cref="PollAsync"/>
    Task RevealAsync(SignedMessage reveal, Attachment finalState, CancellationToken stop);

    /// <inheritdoc cref="PollAsync"/>
    Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop);

    /// <inheritdoc cref="PollAsync"/>
    Task AnswerAsync(SignedMessage answer, Attachment stateBefore, CancellationToken stop);

    /// <summary>A file that a lease needs: the plan, a checkpoint, an envelope.</summary>
    /// <inheritdoc cref="PollAsync"/>
    Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop);
}
