using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Models;
using DataBright.Market.Storage;

namespace DataBright.Compute.Predictions;

/// <summary>A model that cannot be served. The message says why and what to do.</summary>
public sealed class ModelUnservableException(string message) : Exception(message);

/// <summary>A model of the ledger, loaded and checked, ready to answer.</summary>
public sealed class ServedModel(ModelId id, Money price, Predictor predictor) : IDisposable
{
    private const int MostArchitecture = 1 << 20;
    private const int MostCheckpoint = 1 << 30;

    public ModelId Id { get; } = id;

    public Money Price { get; } = price;

    public Predictor Predictor { get; } = predictor;

    public Architecture Architecture => Predictor.Architecture;

    /// <summary>Loads what the ledger says of a model, and serves nothing else.</summary>
    /// <param name="ledger">The market.</param>
    /// <param name="blobs">Where parameters and architectures are.</param>
    /// <param name="id">The model.</param>
    /// <param name="worker">Who serves it, and to whom private parameters are sealed.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ModelUnservableException">It is unknown, its files are not those of the ledger, or it may not be served by this worker.</exception>
    /// <exception cref="BlobException">A file is missing or damaged.</exception>
    public static async Task<ServedModel> LoadAsync(Market.Ledger ledger, IBlobStore blobs, ModelId id, EthereumKey worker, CancellationToken stop)
    {
        var model = await new ModelHistory(ledger).FindAsync(id, stop) ?? throw new ModelUnservableException($"The ledger has no model {id}. See: databright model list");
        if (await ledger.Predictions.TermsAsync(id, worker.Address, stop) is null)
            throw new ModelUnservableException($"{worker.Address} may not serve model {id}. Its owner {model.Owner} appoints it with: databright model appoint {id} --worker {worker.Address}");
        if (model.Cid is not { } cid) throw new ModelUnservableException($"Model {id} was registered without a readable address of its file.");
        var architecture = await ArchitectureAsync(model, blobs, stop);
        var checkpoint = Checkpoint.Parse(await ReadAsync(model, cid, blobs, worker, stop));
        if (checkpoint.Hash != model.Checkpoint)
            throw new ModelUnservableException($"The file of model {id} holds the checkpoint {checkpoint.Hash}; the ledger says {model.Checkpoint}.");
        return new ServedModel(id, model.Price, new Predictor(architecture, checkpoint));
    }

    public void Dispose() => Predictor.Dispose();

    /// <summary>A named architecture, or the document in the blob store whose hash the ledger has.</summary>
    private static async Task<Architecture> ArchitectureAsync(RegisteredModel model, IBlobStore blobs, CancellationToken stop)
    {
        if (Architectures.All.FirstOrDefault(known => known.Hash == model.Architecture) is { } named) return named;
        var document = await blobs.ReadAsync(Cid.Raw(model.Architecture), MostArchitecture, stop);
        return Architecture.Parse(System.Text.Encoding.UTF8.GetString(document));
    }

    private static async Task<byte[]> ReadAsync(RegisteredModel model, Cid cid, IBlobStore blobs, EthereumKey worker, CancellationToken stop)
    {
        if (!model.IsPrivate) return await blobs.ReadAsync(cid, MostCheckpoint, stop);
        await using var file = await blobs.OpenAsync(cid, stop);
        await using var plain = await Envelope.OpenAsync(file, worker, stop);
        using var bytes = new MemoryStream();
        await plain.CopyToAsync(bytes, stop);
        return bytes.ToArray();
    }
}
