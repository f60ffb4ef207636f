using DataBright.Market;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Jobs;

/// <summary>What a settled job leaves behind, for those who register its model, claim its pay or check it.</summary>
/// <param name="Job">The job.</param>
/// <param name="Kind">Training or evaluation.</param>
/// <param name="Outcome">What each run came to; hashes to what the ledger compared.</param>
/// <param name="Checkpoints">The model that was trained, and where its bytes are; none of a measurement, which gives nobody a
/// model.</param>
/// <param name="Pay">What each worker earned: the leaves under the ledger's pay root, in their order.</param>
/// <param name="Convicted">Workers whose lie was proved.</param>
public sealed record JobOutput(
    JobId Job, JobKind Kind, RunOutcomes Outcome, IReadOnlyList<CheckpointReference> Checkpoints, IReadOnlyList<WorkerPay> Pay,
    IReadOnlyList<Ethereum.Address> Convicted);
