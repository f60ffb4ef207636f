using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Ethereum;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Storage;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// The referee's part in what a dataset's proposals are measured from. A job proves that its workers agree; it does not prove that they are
/// more than the buyer's own, that training began where the dataset says, or that it has not seen the held-out set. All of that is looked
/// at here.
/// </summary>
public sealed class BestAttestor(EthereumKey key, Market.Ledger ledger, IBlobStore blobs, IShardSource shards, TimeProvider clock)
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(1);

    /// <summary>Models that each began with the one before.</summary>
    private const int MaxStarts = 64;

    private readonly UnseenAccuracy _unseen = new(shards);

    /// <summary>Signs that the model may be its dataset's best, and with what accuracy.</summary>
    /// <exception cref="AttestationRefusedException">It may not. The message says why.</exception>
    /// <exception cref="BlobException">The plan or the parameters are not here.</exception>
    public async Task<AttestedBest> AttestAsync(ModelId model, CancellationToken stop)
    {
        var registered = await new ModelHistory(ledger).FindAsync(model, stop)
            ?? throw new AttestationRefusedException($"The ledger has no model {model}.");
        if (registered.Job is not { } job) throw Refuse(model, "it was trained elsewhere, and nobody measured it");
        if (await ledger.Models.IsBarredAsync(registered.Dataset, registered.Checkpoint, stop))
            throw Refuse(model, "a vote has taken its parameters from that place");
        var plan = await PlanAsync(model, job, stop);
        var dataset = await ledger.Datasets.FindAsync(registered.Dataset, stop)
            ?? throw new AttestationRefusedException($"The ledger has no dataset {registered.Dataset}.");
        RequireProtection(model, plan, await MeasurementTerms.ReadAsync(blobs, dataset, stop));
        await RequireDataAsync(model, plan, dataset, stop);
        var trained = await TrainedOnAsync(model, plan, stop);

        var parameters = await ParametersAsync(registered, plan, stop);
        if (await _unseen.MeasureAsync(plan, trained, parameters, stop) is not { } accuracy)
            throw Refuse(model,
                "most held-out points are copies of what it was trained on, or of each other, and the rest says too little");
        var metric = (uint)(accuracy.Correct * (long)Jobs.RunOutcomes.MetricScale / accuracy.Total);
        var statement = new BestStatement(registered.Dataset, model, registered.Checkpoint, metric, clock.GetUtcNow() + Validity);
        return new AttestedBest(statement.Sign(ledger.Addresses, key), plan.HeldOut.Count - accuracy.Total);
    }

    private async Task<JobPlan> PlanAsync(ModelId model, JobId job, CancellationToken stop)
    {
        var history = new JobHistory(ledger);
        var ended = await history.FindSettledAsync(job, stop)
            ?? throw new AttestationRefusedException($"How job {job} ended cannot be read.");
        var convicted = (await history.ConvictionsAsync(job, stop)).Select(one => one.Worker).ToHashSet();
        foreach (var voucher in ended.Workers)
            if (convicted.Contains(voucher))
                throw Refuse(model, $"{voucher}, who vouched for its result, was convicted of a lie in job {job}");
        return JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(ended.Order.Plan), JobPlan.MaxBytes, stop));
    }

    /// <summary>With less, the workers who agreed may all be the buyer's.</summary>
    private static void RequireProtection(ModelId model, JobPlan plan, MeasurementTerms terms)
    {
        var checks = Math.Max(1, terms.SpotChecks);
        if (plan.Redundancy < 3 && (plan.Redundancy < 2 || plan.SpotChecks < checks))
            throw Refuse(model,
                $"its tasks were done by {plan.Redundancy} workers with {plan.SpotChecks} checked steps: three are needed, or two with "
                + $"{checks}");
    }

    private async Task RequireDataAsync(ModelId model, JobPlan plan, Dataset dataset, CancellationToken stop)
    {
        if (plan.HeldOut.Cid.Hash != dataset.HeldOut)
            throw Refuse(model, "it was measured on other points than the dataset's held-out set");
        var versions = await new DatasetHistory(ledger).VersionsAsync(dataset.Id, stop);
        if (versions.FirstOrDefault(one => one.Root == plan.Version) is not { } version)
            throw Refuse(model, $"its plan is for version {plan.Version} of dataset {dataset.Id}, which never was");
        if (plan.Shards.FirstOrDefault(shard => !version.Shards.Contains(shard.Root)) is { } other)
            throw Refuse(model, $"it was trained on the shard {other.Root}, which dataset {dataset.Id} did not have");
    }

    /// <summary>
    /// All that the model, and whatever it began with, was trained on. It began with fresh parameters, or with what was best before and is
    /// not barred;
    /// for one that shareholders named and no job made, they answer.
    /// </summary>
    private async Task<IReadOnlyCollection<ShardReference>> TrainedOnAsync(ModelId model, JobPlan plan, CancellationToken stop)
    {
        var trained = new HashSet<ShardReference>(plan.Shards);
        for (var depth = 0; plan.Runs[0].Start is { } start; depth++)
        {
            if (depth == MaxStarts) throw Refuse(model, $"it is the last of more than {MaxStarts} that began with each other");
            if (await FormerBestAsync(plan.Dataset, start.Hash, stop) is not { } former)
                throw Refuse(model,
                    $"its training began with the checkpoint {start.Hash}, which was never the best one of dataset {plan.Dataset}");
            if (former.Job is not { } job) break;
            plan = await PlanAsync(model, job, stop);
            trained.UnionWith(plan.Shards);
        }

        return trained;
    }

    private async Task<RegisteredModel?> FormerBestAsync(DatasetId dataset, Digest start, CancellationToken stop)
    {
        if (await ledger.Models.IsBarredAsync(dataset, start, stop)) return null;
        foreach (var (id, _) in await new DatasetHistory(ledger).BestModelsAsync(dataset, stop))
            if (await new ModelHistory(ledger).FindAsync(id, stop) is { } former && former.Checkpoint == start) return former;
        return null;
    }

    /// <summary>Measurements begin with what the registration names: it must be there, and be what the job made.</summary>
    private async Task<Checkpoint> ParametersAsync(RegisteredModel model, JobPlan plan, CancellationToken stop)
    {
        if (model.Architecture != plan.Architecture.Hash) throw Refuse(model.Id, "it was registered with another network than was trained");
        if (model.IsPrivate || model.Cid is not { } cid)
            throw Refuse(model.Id, "its parameters are not open, and measurements could not begin with them");
        if (Architectures.All.All(named => named.Hash != model.Architecture) && !await blobs.HasAsync(Cid.Raw(model.Architecture), stop))
            throw Refuse(model.Id, "its architecture is not here");
        try
        {
            var parameters = Checkpoint.Parse(await blobs.ReadAsync(cid, TaskSteps.MaxStateBytes(plan), stop));
            parameters.Require(plan.Architecture);
            if (parameters.Hash == model.Checkpoint) return parameters;
        }
        catch (MalformedInputException)
        {
            // Said below.
        }

        throw Refuse(model.Id, $"the file {cid} that it names holds other parameters");
    }

    private static AttestationRefusedException Refuse(ModelId model, string why) =>
        new($"Model {model} cannot be its dataset's best: {why}.");
}

/// <summary>A referee's word that a model may be its dataset's best.</summary>
/// <param name="Signed">The word.</param>
/// <param name="Uncounted">Held-out points that do not count: copies of what was trained on, or of each other, or more than could be
/// compared.</param>
public sealed record AttestedBest(Signed<BestStatement> Signed, int Uncounted);
