using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Models;

/// <param name="Architecture">Its name where the hash is of one this node knows.</param>
/// <param name="Accuracy">The outcome of a settled job; null where nobody measured.</param>
/// <param name="Claimed">What its owner says where nobody measured; null where a job attests the accuracy.</param>
/// <param name="Attested">There is an accuracy, not only a claim.</param>
public sealed record ModelSummary(
    ModelId Id,
    string? Architecture,
    DatasetId Dataset,
    string DatasetName,
    Address Owner,
    Fraction? Accuracy,
    Fraction? Claimed,
    bool Attested,
    bool Best,
    Money Price,
    DateTimeOffset RegisteredAt);

/// <param name="Purpose">What its owner's card says, in a stranger's words; null where this node does not have the card.</param>
/// <param name="Licence">The licence that the card names.</param>
public sealed record ModelFacts(
    ModelSummary Summary,
    Hash32 CheckpointHash,
    Hash32 ArchitectureHash,
    Cid? Cid,
    JobId? Job,
    IReadOnlyList<ModelId> Parents,
    Lineage Lineage,
    Hash32? CardDigest,
    string? Purpose,
    string? Licence,
    bool PrivateWeights,
    ModelIncome Income,
    IReadOnlyList<ModelWorker> Workers)
{
    /// <summary>The names of its classes in the order of the labels, as its dataset has them; null where they are numbers.</summary>
    public IReadOnlyList<string>? Classes { get; init; }
}

/// <summary>What a model earned by predictions and by the models made from it; the workers’ parts are not in it.</summary>
/// <param name="Earned">All of it, ever.</param>
/// <param name="Distributed">What of that went on to its owner, its dataset’s shareholders and its parents.</param>
/// <param name="Royalty">What the model asks of models made from it.</param>
/// <param name="DatasetRoyalty">What its dataset’s shareholders get of everything that is distributed.</param>
public sealed record ModelIncome(Money Earned, Money Distributed, Fraction Royalty, Fraction DatasetRoyalty)
{
    /// <summary>Anyone may have it distributed.</summary>
    public Money Waiting => Earned.Above(Distributed);
}

/// <summary>A worker that serves a model for its owner.</summary>
/// <param name="Part">What it keeps of what buyers pay.</param>
public sealed record ModelWorker(Address Worker, Fraction Part);

/// <summary>A buyer’s way of paying one worker for predictions of a model.</summary>
/// <param name="Deposit">All that was ever deposited.</param>
/// <param name="Settled">All that vouchers ever took of it.</param>
/// <param name="Settlements">In how many transactions.</param>
/// <param name="ClosesAt">From when anyone may close it; null unless it is closing.</param>
public sealed record ChannelFacts(
    ChannelId Id,
    ChannelState State,
    Address Buyer,
    Address Worker,
    Fraction WorkerPart,
    Money Deposit,
    Money Settled,
    int Settlements,
    DateTimeOffset OpenedAt,
    DateTimeOffset? ClosesAt);

/// <summary>A time at which a model’s earnings were divided.</summary>
/// <param name="Parents">What became earnings of the models that it was made from.</param>
public sealed record DistributionFacts(ulong Block, DateTimeOffset At, Money Amount, Money Shareholders, Money Owner, Money Parents);

/// <summary>What a model got of the earnings of one made from it.</summary>
public sealed record RoyaltyFacts(ulong Block, DateTimeOffset At, ModelId From, Money Amount);

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
