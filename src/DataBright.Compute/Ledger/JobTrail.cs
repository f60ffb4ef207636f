using DataBright.Ethereum;
using DataBright.Market;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Compute.Ledger;

/// <summary>
/// Everything the chain has logged about one job, oldest first. The contract keeps only a hash over it, its transcript;
/// whoever acts on the job hands the words in again.
/// </summary>
internal sealed class JobTrail
{
    private readonly IReadOnlyList<Log> _logs;

    public JobTrail(IReadOnlyList<Log> logs) => _logs = logs;

    public Contract.Events.JobCreated? Created => Last(Contract.Events.JobCreated.Decode);

    public ulong? CreatedAt => BlockOf(Contract.Events.JobCreated.Decode);

    /// <summary>The transcript before the last acceptance: that of the order, or of the acceptance before it.</summary>
    public Hash32 BeforeAcceptance =>
        _logs.Readable(Contract.Events.JobAccepted.Decode).SkipLast(1).LastOrDefault().Event?.Transcript
        ?? Created!.Transcript;

    /// <summary>The block that holds the last acceptance.</summary>
    public ulong? AcceptedAt => BlockOf(Contract.Events.JobAccepted.Decode);

    public Contract.Events.JobAssigned? Assigned => Last(Contract.Events.JobAssigned.Decode);

    public Contract.Events.CommitsAnchored? Anchored => Last(Contract.Events.CommitsAnchored.Decode);

    /// <summary>The block that holds the last anchor.</summary>
    public ulong? AnchoredAt => BlockOf(Contract.Events.CommitsAnchored.Decode);

    /// <summary>The transcript before the last anchor: that of the anchor before it, or of the assignment.</summary>
    public Hash32 BeforeAnchor =>
        _logs.Readable(Contract.Events.CommitsAnchored.Decode).SkipLast(1).LastOrDefault().Event?.Transcript
        ?? Assigned!.Transcript;

    public IReadOnlyList<Address> Convicted =>
        [.. _logs.Readable(Contract.Events.WorkerConvicted.Decode).Select(convicted => convicted.Event.Worker)];

    public LedgerStage Stage =>
        _logs.Any(Contract.Events.JobRefunded.Matches) ? LedgerStage.Refunded
        : _logs.Any(Contract.Events.JobSettled.Matches) ? LedgerStage.Settled
        : Assigned is not null ? LedgerStage.Assigned
        : AcceptedAt is not null ? LedgerStage.Accepted
        : LedgerStage.Created;

    public static async Task<JobTrail> ReadAsync(Market.Ledger ledger, JobId job, ulong from, CancellationToken stop)
    {
        var number = new AbiWriter(1);
        number.Uint(job, 256);
        var subject = new Hash32(number.ToArray());
        // The job is the first indexed word of all its events but those about an account's credit, which have it second.
        var filter = new LogFilter([ledger.Addresses.Jobs], [], [subject]);
        return new JobTrail(await ledger.Client.GetAllLogsAsync(filter, from, await ledger.Client.BlockNumberAsync(stop), stop));
    }

    /// <summary>A malformed log says nothing: it is read as if it were not there.</summary>
    private T? Last<T>(Func<Log, T> decode) where T : class => _logs.Readable(decode).LastOrDefault().Event;

    private ulong? BlockOf<T>(Func<Log, T> decode) where T : class => _logs.Readable(decode).LastOrDefault().Log?.BlockNumber;
}
