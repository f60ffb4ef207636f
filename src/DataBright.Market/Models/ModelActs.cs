using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Models;

namespace DataBright.Market.Models;

/// <summary>What is done about models, each act as a value.</summary>
public sealed class ModelActs
{
    private readonly MarketAddresses _market;

    internal ModelActs(MarketAddresses market) => _market = market;

    private Address At => _market.Models;

    /// <summary>Enters a model, by its owner.</summary>
    public LedgerAct<ModelId> Register(ModelRegistration model) => new(Contract.Register(At, ToContract(model)), receipt =>
        new ModelId((ulong)receipt.Event(At, Contract.Events.ModelRegistered.Matches, Contract.Events.ModelRegistered.Decode).ModelId));

    /// <summary>Makes a model its dataset's best by a referee's statement.</summary>
    public LedgerAct MoveBest(Signed<BestStatement> signed) =>
        new(Contract.MoveBest(At, signed.Statement.ToContract(), signed.Signature.ToBytes()));

    /// <summary>Carries out an accepted replacement.</summary>
    public LedgerAct ReplaceBest(ProposalId proposal) => new(Contract.ReplaceBest(At, proposal));

    private static Contract.Registration ToContract(ModelRegistration model) => new(
        CheckpointHash: model.Checkpoint.ToHash32(),
        ArchitectureHash: model.Architecture.ToHash32(),
        CardDigest: model.Card?.ToHash32() ?? Hash32.Zero,
        Cid: model.Cid.ToBytes(),
        IsPrivate: model.IsPrivate,
        Parents: [.. ModelRegistration.Ascending(model.Parents)],
        DatasetId: checked((uint)model.Dataset.Value),
        JobId: model.Result?.Job.Value ?? 0,
        Metric: model.MetricPpm,
        Price: checked((ulong)model.Price.Units),
        RoyaltyBps: checked((ushort)model.RoyaltyBps),
        Transcript: model.Result?.Outcome.Previous ?? Hash32.Zero,
        PayRoot: model.Result?.Outcome.PayRoot ?? Hash32.Zero);
}
