using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Ledger;

/// <summary>What the scheduler delivers at the end of a job.</summary>
/// <param name="ResultHash">Hash of the checkpoint of a training job, of the measurements of an evaluation.</param>
/// <param name="Metric">Accuracy on the held-out set in millionths.</param>
/// <param name="CommitsRoot">The anchored root that holds the receipts' commitments.</param>
/// <param name="Receipts">One per redundancy group, in ascending order of worker.</param>
/// <param name="PayRoot">Merkle root over what each worker earned.</param>
/// <param name="PayTotal">The sum of it.</param>
/// <param name="Pay">The same, worker by worker, so that anyone can prove a claim.</param>
public sealed record JobSettlement(
    Hash32 ResultHash, uint Metric, Hash32 CommitsRoot, IReadOnlyList<WorkerReceipt> Receipts,
    Hash32 PayRoot, Money PayTotal, IReadOnlyList<WorkerPay> Pay);

/// <summary>A worker's signature under the job's result, with the proof that it had committed to that result before.</summary>
public sealed record WorkerReceipt(Address Worker, Hash32 Salt, Signature Signature, IReadOnlyList<Hash32> Proof);
