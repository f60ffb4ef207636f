using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Market.Jobs;

/// <summary>A job that came to its end, with the order it began with.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Buyer">Who paid.</param>
/// <param name="Order">What was bought.</param>
/// <param name="Outcome">What it came to: the contract itself keeps only its hash.</param>
/// <param name="Workers">Whose equal receipts the contract compared.</param>
/// <param name="PayTotal">What workers and scheduler together earned.</param>
/// <param name="DatasetFee">What the shareholders earned.</param>
public sealed record SettledJob(
    JobId Id, Address Buyer, JobOrder Order, JobOutcome Outcome, IReadOnlyList<Address> Workers, Money PayTotal, Money DatasetFee)
{
    /// <summary>The accuracy of the model that was trained; null for a measurement, whose two sides have no accuracy in common.</summary>
    public long? AccuracyPpm => Order.Kind == JobKind.Training ? Outcome.MetricPpm : null;
}

/// <summary>What jobs have left in the chain's logs: read where the exact words are needed again, for claims and for auditors.</summary>
public sealed class JobHistory(Ledger ledger)
{
    /// <summary>How the job ended; null while it has not been settled, or where its order or its end cannot be read.</summary>
    public async Task<SettledJob?> FindSettledAsync(JobId job, CancellationToken stop)
    {
        if ((await LogsAsync(Contract.Events.JobSettled.Topic, job, stop)).Readable(Contract.Events.JobSettled.Decode)
            .LastOrDefault().Event is not { } end) return null;
        if ((await LogsAsync(Contract.Events.JobCreated.Topic, job, stop)).Readable(Contract.Events.JobCreated.Decode)
            .LastOrDefault().Event is not { } begin) return null;
        return new SettledJob(
            job, begin.Buyer, JobOrder.From(begin.Order), JobOutcome.From(end.Outcome), end.Workers, (Money)end.PayTotal,
            (Money)end.DatasetFee);
    }

    /// <summary>The workers that were convicted in a job.</summary>
    public async Task<IReadOnlyList<Conviction>> ConvictionsAsync(JobId job, CancellationToken stop) =>
        [.. (await LogsAsync(Contract.Events.WorkerConvicted.Topic, job, stop)).Readable(Contract.Events.WorkerConvicted.Decode)
            .Select(found => found.Event).Select(convicted =>
            new Conviction(job, convicted.Worker, convicted.Reporter, convicted.EvidenceDigest.ToDigest(), (Money)convicted.Slashed))];

    private async Task<IReadOnlyList<Log>> LogsAsync(Hash32 topic, JobId job, CancellationToken stop)
    {
        var number = new AbiWriter(1);
        number.Uint(job, 256);
        var filter = new LogFilter([ledger.Addresses.Jobs], [topic], [new Hash32(number.ToArray())]);
        return await ledger.Client.GetAllLogsAsync(filter, ledger.Addresses.FirstBlock, await ledger.Client.BlockNumberAsync(stop), stop);
    }
}
