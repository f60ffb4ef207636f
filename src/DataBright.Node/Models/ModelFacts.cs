using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Storage;

namespace DataBright.Node.Models;

/// <param name="Architecture">Its name where the hash is of one this node knows.</param>
/// <param name="Attested">The accuracy is the outcome of a settled job, not a claim.</param>
public sealed record ModelSummary(
    ModelId Id,
    string? Architecture,
    DatasetId Dataset,
    string DatasetName,
    Address Owner,
    Fraction Accuracy,
    bool Attested,
    bool Best,
    Money Price,
    DateTimeOffset RegisteredAt);

public sealed record ModelFacts(
    ModelSummary Summary,
    Hash32 CheckpointHash,
    Hash32 ArchitectureHash,
    Cid? Cid,
    JobId? Job,
    IReadOnlyList<ModelId> Parents,
    Lineage Lineage);

/// <summary>Where a model comes from and what came from it: a graph without cycles, drawn from left to right.</summary>
/// <param name="Complete">False where the graph was larger than what is shown.</param>
public sealed record Lineage(IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges, bool Complete);

public enum LineageKind
{
    Dataset,
    Job,
    Model,
}

public sealed record LineageNode(LineageKind Kind, ulong Id, string Label, string? Note);

/// <summary>An arrow between two places in <see cref="Lineage.Nodes"/>.</summary>
public readonly record struct LineageEdge(int From, int To);
