using System.Text.Json.Serialization;
using DataBright.Storage;

namespace DataBright.Compute.Jobs;

/// <summary>One training run of a job.</summary>
/// <param name="Name">Unique in its job: letters, digits and dashes.</param>
/// <param name="Seed">Initial parameters and the order of examples follow from it.</param>
/// <param name="Shards">Which of the plan's shards the run trains on, as ascending indices.</param>
/// <param name="Start">The checkpoint to start from; null for fresh parameters from the seed.</param>
/// <param name="Repeats">Points drawn from its own and repeated, in place of proposed points that the run goes without.</param>
public sealed record RunPlan(
    string Name, ulong Seed, IReadOnlyList<int> Shards, CheckpointReference? Start = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Repeats = 0);

/// <summary>A file of data points: the Merkle root that the ledger knows, how many there are, where the bytes are.</summary>
public sealed record ShardReference(Hash32 Root, int Count, Cid Cid);

/// <summary>A checkpoint: the hash over its tensors, and where the bytes are.</summary>
public sealed record CheckpointReference(Digest Hash, Cid Cid);
