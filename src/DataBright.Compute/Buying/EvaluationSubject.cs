using System.Text;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Buying;

/// <summary>What an evaluation trains.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Start">The dataset's best checkpoint; null for fresh parameters.</param>
public sealed record EvaluationSubject(Architecture Architecture, CheckpointReference? Start)
{
    private const int MaxArchitecture = 1 << 20;

    /// <summary>What the dataset itself says: its best model, or the network that its terms name. Referees sign nothing else.</summary>
    /// <returns>Null where the buyer chooses.</returns>
    public static async Task<EvaluationSubject?> FindAsync(
        IBlobStore blobs, LedgerIndex index, DatasetId dataset, MeasurementTerms terms, CancellationToken stop) =>
        await FindBestAsync(blobs, index, dataset, stop)
        ?? (terms.Architecture is { } named ? new EvaluationSubject(named, null) : null);

    /// <summary>The dataset's best model; null where there is none whose parameters are open and here.</summary>
    private static async Task<EvaluationSubject?> FindBestAsync(
        IBlobStore blobs, LedgerIndex index, DatasetId dataset, CancellationToken stop)
    {
        if (index.Datasets.Find(dataset)?.BestModel is not { } id || index.Models.Find(id) is not { IsPrivate: false, Cid: { } cid } model
            || !await blobs.HasAsync(cid, stop))
            return null;
        var known = Architectures.All.FirstOrDefault(one => one.Hash == model.Architecture);
        if (known is null && await blobs.HasAsync(Cid.Raw(model.Architecture), stop))
            known = Architecture.Parse(Encoding.UTF8.GetString(
                await blobs.ReadAsync(Cid.Raw(model.Architecture), MaxArchitecture, stop)), $"the architecture of model {id}");
        return known is null ? null : new EvaluationSubject(known, new CheckpointReference(model.Checkpoint, cid));
    }
}
