using DataBright.Ethereum;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Models;
using DataBright.Storage;

namespace DataBright.Serving;

/// <summary>A model that cannot be served. The message says why and what to do.</summary>
public sealed class ModelUnservableException(string message) : DataBrightException(FailureKind.Refused, message);

/// <summary>A model of the ledger, loaded and checked, ready to answer.</summary>
public sealed class ServedModel(ModelId id, Money price, Predictor predictor) : IDisposable
{
    private const int MaxArchitecture = 1 << 20;
    private const int MaxCheckpoint = 1 << 30;

    public ModelId Id { get; } = id;

    public Money Price { get; } = price;

    public Predictor Predictor { get; } = predictor;

    public Architecture Architecture => Predictor.Architecture;

    /// <summary>
    /// What its answers are called, for those who have no copy of the dataset's description; null where nobody named them.
    /// </summary>
    public ServedNames? Names { get; init; }

    /// <summary>The names of its classes in the order of the labels; null where they are numbers.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Loads what the ledger says of a model, and serves nothing else.</summary>
    /// <param name="ledger">The market.</param>
    /// <param name="blobs">Where parameters and architectures are.</param>
    /// <param name="id">The model.</param>
    /// <param name="worker">Who serves it, and to whom private parameters are sealed.</param>
    /// <param name="grant">The worker's grant to private parameters; null where it was named when they were sealed.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ModelUnservableException">It is unknown, its files are not those of the ledger, or it may not be served by this
    /// worker.</exception>
    /// <exception cref="BlobException">A file is missing or damaged.</exception>
    public static async Task<ServedModel> LoadAsync(Market.Ledger ledger, IBlobStore blobs, ModelId id, EthereumKey worker,
        WeightsGrant? grant, CancellationToken stop)
    {
        var model = await FindAsync(ledger, id, stop);
        if (await ledger.Predictions.TermsAsync(id, worker.Address, stop) is null)
            throw new ModelUnservableException(
                $"{worker.Address} may not serve model {id}. Its owner {model.Owner} appoints it with: databright model appoint {id} "
                + $"--worker {worker.Address}");
        return await LoadAsync(model, ledger, blobs, worker, grant, stop);
    }

    /// <summary>Loads what the ledger says of a model, to check answers with it: nobody has to be appointed for that.</summary>
    /// <param name="ledger">The market.</param>
    /// <param name="blobs">Where parameters and architectures are.</param>
    /// <param name="id">The model.</param>
    /// <param name="reader">Who opens private parameters; null for one who opens none.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ModelUnservableException">It is unknown, its files are not those of the ledger, or it is private.</exception>
    /// <exception cref="BlobException">A file is missing or damaged.</exception>
    public static async Task<ServedModel> LoadAsync(Market.Ledger ledger, IBlobStore blobs, ModelId id, EthereumKey? reader,
        CancellationToken stop) =>
        await LoadAsync(await FindAsync(ledger, id, stop), ledger, blobs, reader, grant: null, stop);

    public void Dispose() => Predictor.Dispose();

    private static async Task<RegisteredModel> FindAsync(Market.Ledger ledger, ModelId id, CancellationToken stop) =>
        await new ModelHistory(ledger).FindAsync(id, stop)
            ?? throw new ModelUnservableException($"The ledger has no model {id}. See: databright model list");

    private static async Task<ServedModel> LoadAsync(RegisteredModel model, Market.Ledger ledger, IBlobStore blobs, EthereumKey? reader,
        WeightsGrant? grant, CancellationToken stop)
    {
        var id = model.Id;
        if (model.Cid is not { } cid)
            throw new ModelUnservableException($"Model {id} was registered without a readable address of its file.");
        var architecture = await ArchitectureAsync(model, blobs, stop);
        var checkpoint = Checkpoint.Parse(await ReadAsync(model, cid, blobs, reader, grant, stop));
        if (checkpoint.Hash != model.Checkpoint)
            throw new ModelUnservableException(
                $"The file of model {id} holds the checkpoint {checkpoint.Hash}; the ledger says {model.Checkpoint}.");
        var dataset = await ledger.Datasets.FindAsync(model.Dataset, stop);
        var names = await ServedNames.ReadAsync(blobs, dataset, stop);
        try
        {
            return new ServedModel(id, model.Price,
                new Predictor(architecture, checkpoint)) { Names = names, Classes = names?.Find(dataset!)?.Classes };
        }
        catch (MalformedInputException unfit)
        {
            throw new ModelUnservableException($"Model {id} cannot answer: {unfit.Message}");
        }
    }

    /// <summary>A named architecture, or the document in the blob store whose hash the ledger has.</summary>
    private static async Task<Architecture> ArchitectureAsync(RegisteredModel model, IBlobStore blobs, CancellationToken stop)
    {
        if (Architectures.All.FirstOrDefault(known => known.Hash == model.Architecture) is { } named) return named;
        var document = await blobs.ReadAsync(Cid.Raw(model.Architecture), MaxArchitecture, stop);
        return Architecture.Parse(System.Text.Encoding.UTF8.GetString(document));
    }

    private static async Task<byte[]> ReadAsync(RegisteredModel model, Cid cid, IBlobStore blobs, EthereumKey? reader, WeightsGrant? grant,
        CancellationToken stop)
    {
        if (!model.IsPrivate) return await blobs.ReadAsync(cid, MaxCheckpoint, stop);
        if (reader is null)
            throw new ModelUnservableException($"The parameters of model {model.Id} are private; open them with a key that may.");
        try
        {
            return await PrivateWeights.OpenAsync(blobs, cid, reader, grant, MaxCheckpoint, stop);
        }
        catch (WeightsSealedException fault)
        {
            throw new ModelUnservableException(
                $"{fault.Message} Its owner {model.Owner} makes a grant with: databright model appoint {model.Id} --worker PUBLIC-KEY");
        }
    }
}
