using DataBright.Ethereum;
using DataBright.Storage;
using Contract = DataBright.Market.Generated.Models;

namespace DataBright.Market.Models;

/// <summary>A model as its registration described it.</summary>
/// <param name="Cid">Where its parameters are; null where that is no readable address.</param>
/// <param name="IsPrivate">They are in an envelope.</param>
/// <param name="Job">The settled job whose result it is; null if it was trained elsewhere.</param>
public sealed record RegisteredModel(
    ModelId Id, Address Owner, DatasetId Dataset, Digest Checkpoint, Digest Architecture, Cid? Cid, bool IsPrivate, Money Price,
    IReadOnlyList<ModelId> Parents, JobId? Job);

/// <summary>Registrations in the chain's logs: for whoever serves a model and keeps no index.</summary>
public sealed class ModelHistory(Ledger ledger)
{
    public async Task<RegisteredModel?> FindAsync(ModelId model, CancellationToken stop)
    {
        var number = new AbiWriter(1);
        number.Uint(model, 256);
        var filter = new LogFilter([ledger.Addresses.Models], [Contract.Events.ModelRegistered.Topic], [new Hash32(number.ToArray())]);
        var logs = await ledger.Client.GetAllLogsAsync(filter, ledger.Addresses.FirstBlock,
            await ledger.Client.BlockNumberAsync(stop), stop);
        if (logs.Readable(Contract.Events.ModelRegistered.Decode).LastOrDefault().Event is not { } entry) return null;
        return new RegisteredModel(
            model, entry.Owner, new DatasetId(Figures.Long(entry.DatasetId)), entry.CheckpointHash.ToDigest(),
            entry.ArchitectureHash.ToDigest(), Cid.Find(entry.Cid.Span),
            entry.IsPrivate, (Money)entry.Price, [.. entry.Parents.Select(parent => new ModelId(Figures.Long(parent)))],
            entry.JobId.IsZero ? null : new JobId(Figures.Long(entry.JobId)));
    }
}
