using DataBright.Ethereum;
using DataBright.Market.Jobs;
using DataBright.Storage;
using Contract = DataBright.Market.Generated.Models;

namespace DataBright.Market.Models;

/// <summary>A model as it is entered.</summary>
/// <param name="Checkpoint">Hash of the parameters.</param>
/// <param name="Architecture">Hash of the architecture.</param>
/// <param name="Cid">Where the parameters are.</param>
/// <param name="Parents">Models it was made from, at most 16.</param>
/// <param name="Dataset">What it was trained on.</param>
/// <param name="MetricPpm">Accuracy on the dataset's held-out set, in parts per million.</param>
/// <param name="Price">Of one prediction.</param>
/// <param name="Result">The settled job whose result it is, which attests the metric; null if it was trained elsewhere.</param>
public sealed record ModelRegistration(
    Digest Checkpoint, Digest Architecture, Cid Cid, IReadOnlyList<ModelId> Parents, DatasetId Dataset, uint MetricPpm, Money Price,
    JobResult? Result)
{
    /// <summary>The parents as the contract wants them, wherever it asks for them.</summary>
    internal static IReadOnlyList<Uint256> Ascending(IEnumerable<ModelId> parents) =>
        [.. parents.Select(parent => parent.Value).Order().Select(parent => (Uint256)parent)];

    /// <summary>
    /// Digest of the model card: name, version, licence, what it is for and how it was measured; null where there is none.
    /// </summary>
    public Digest? Card { get; init; }

    /// <summary>The CID is of an envelope: the weights are open to the workers its owner appoints and to nobody else.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Part of what models made from this one earn, in parts per ten thousand; 4,000 at most.</summary>
    public int RoyaltyBps { get; init; }
}

/// <summary>The job behind a model, and its outcome.</summary>
public sealed record JobResult(JobId Job, JobOutcome Outcome);

/// <summary>What the contract keeps of a model; lineage, job and metric are in the event of its registration, see the index.</summary>
public sealed record Model(ModelId Id, Address Owner, Digest Checkpoint, DatasetId Dataset, Money Price);

/// <summary>Models on the ledger.</summary>
public sealed class ModelLedger
{
    private readonly Ledger _ledger;

    internal ModelLedger(Ledger ledger)
    {
        _ledger = ledger;
        Acts = new ModelActs(ledger.Addresses);
    }

    /// <summary>What is done about models, as values for whoever does it.</summary>
    public ModelActs Acts { get; }

    private Address At => _ledger.Addresses.Models;

    /// <summary>Enters a model. With a job's result the sender must be the job's buyer.</summary>
    /// <exception cref="RuleBrokenException">The result is not the job's, a parent is unknown, or the sender did not buy the
    /// job.</exception>
    public Task<ModelId> RegisterAsync(ModelRegistration model, Signer owner, CancellationToken stop) =>
        owner.SendAsync(Acts.Register(model), stop);

    public async Task<Model?> FindAsync(ModelId id, CancellationToken stop)
    {
        var found = await _ledger.FindAsync(Contract.GetModel(At, id), Rule.ModelUnknown, stop);
        return found is null ? null : new Model(
            id, found.Owner, found.CheckpointHash.ToDigest(), new DatasetId(Figures.Long(found.DatasetId)), new Money(found.Price));
    }

    /// <summary>Makes a model its dataset's best by a referee's word; anyone may send it.</summary>
    /// <exception cref="RuleBrokenException">It is not better, a vote has barred it, or the word is no live referee's or too
    /// old.</exception>
    public Task MoveBestAsync(Signed<BestStatement> signed, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.MoveBest(signed), stop);

    /// <summary>Carries out an accepted replacement; anyone may send it.</summary>
    /// <exception cref="RuleBrokenException">It was not accepted, or a later one was carried out.</exception>
    public Task ReplaceBestAsync(ProposalId proposal, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.ReplaceBest(proposal), stop);

    /// <summary>Whether a vote has taken parameters from the place of the best, under whatever number they are registered.</summary>
    public Task<bool> IsBarredAsync(DatasetId dataset, Digest checkpoint, CancellationToken stop) =>
        _ledger.ReadAsync(Contract.IsBarred(At, dataset, checkpoint.ToHash32()), stop);

    /// <summary>The last replacement of a dataset that was carried out; null if there is none.</summary>
    public async Task<ProposalId?> ReplacedByAsync(DatasetId dataset, CancellationToken stop) =>
        Figures.Long(await _ledger.ReadAsync(Contract.ReplacedBy(At, dataset), stop)) is var proposal and not 0
            ? new ProposalId(proposal) : null;

    /// <summary>What a dataset's proposals are measured from; null if there is none.</summary>
    public async Task<(ModelId Model, uint MetricPpm)?> BestOfAsync(DatasetId dataset, CancellationToken stop)
    {
        var (model, metric) = await _ledger.ReadAsync(Contract.BestOf(At, dataset), stop);
        return Figures.Long(model) == 0 ? null : (new ModelId(Figures.Long(model)), metric);
    }

    /// <summary>How many models there are; their numbers run from one to this.</summary>
    public async Task<ulong> CountAsync(CancellationToken stop) => Figures.Long(await _ledger.ReadAsync(Contract.ModelCount(At), stop));
}
