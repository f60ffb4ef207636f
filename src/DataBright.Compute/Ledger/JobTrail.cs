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

    private JobTrail(IReadOnlyList<Log> logs) => _logs = logs;

    public Contract.Events.JobCreated? Created => Last(Contract.Events.JobCreated.Matches, Contract.Events.JobCreated.Decode);

    public ulong? CreatedAt => _logs.LastOrDefault(Contract.Events.JobCreated.Matches)?.BlockNumber;

    /// <summary>The block that holds the acceptance.</summary>
    public ulong? AcceptedAt => _logs.LastOrDefault(Contract.Events.JobAccepted.Matches)?.BlockNumber;

    public Contract.Events.JobAssigned? Assigned => Last(Contract.Events.JobAssigned.Matches, Contract.Events.JobAssigned.Decode);

    public Contract.Events.CommitsAnchored? Anchored => Last(Contract.Events.CommitsAnchored.Matches, Contract.Events.CommitsAnchored.Decode);

    /// <summary>The block that holds the last anchor.</summary>
    public ulong? AnchoredAt => _logs.LastOrDefault(Contract.Events.CommitsAnchored.Matches)?.BlockNumber;

    /// <summary>The transcript before the last anchor: that of the anchor before it, or of the assignment.</summary>
    public Hash32 BeforeAnchor =>
        _logs.Where(Contract.Events.CommitsAnchored.Matches).SkipLast(1).Select(Contract.Events.CommitsAnchored.Decode).LastOrDefault()?.Transcript
        ?? Assigned!.Transcript;

    public IReadOnlyList<Address> Convicted => [.. _logs.Where(Contract.Events.WorkerConvicted.Matches).Select(log => Contract.Events.WorkerConvicted.Decode(log).Worker)];

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
        return new JobTrail(await ledger.Client.GetLogsAsync(filter, from, await ledger.Client.BlockNumberAsync(stop), stop));
    }

    private T? Last<T>(Func<Log, bool> matches, Func<Log, T> decode) where T : class => _logs.LastOrDefault(matches) is { } log ? decode(log) : null;
}
