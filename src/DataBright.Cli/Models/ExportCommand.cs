using System.CommandLine;
using System.Text;
using System.Text.Json;
using DataBright.Cli.Access;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Models;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Models;

/// <summary>Writes a model's parameters as safetensors, or the whole model as ONNX, checked against the ledger.</summary>
internal sealed class ExportCommand : MarketVerb
{
    private const int MaxBytes = 1 << 30;
    private const int MaxArchitecture = 1 << 20;

    private readonly Argument<ModelId> _id;
    private readonly Option<string> _out;
    private readonly Option<bool> _force;
    private readonly KeyOptions _key;

    public ExportCommand()
        : base("export", "Write a model to a safetensors file, or to an ONNX file if its name ends so, checked against the ledger",
            "model export 1 --out lenet.safetensors")
    {
        _id = Expect("ID", ModelId.Parse, "Its number");
        _out = Require<string>("--out", "The file to write", "FILE");
        _force = Take<bool>("--force", "Write over a file that exists");
        _key = KeyOptions.AddTo(this, "Private parameters are decrypted");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var (id, path) = (arguments.GetValue(_id), Path.GetFullPath(arguments.GetValue(_out)!));
        if (File.Exists(path) && !arguments.GetValue(_force))
            throw new Failure(ExitCode.Refused, $"{path} exists; name another file or add --force.");
        using var reading = await IndexReading.OpenAsync(market, stop);
        var model = reading.Index.Models.Find(id) ?? throw MissingThings.Of(id);
        if (model.Cid is not { } cid)
            throw new Failure(ExitCode.BadInput, $"Model {id} was registered without a readable address of its file.");
        var bytes = model.IsPrivate ? await UnsealAsync(arguments, market, cid, stop) : await market.Blobs.ReadAsync(cid, MaxBytes, stop);
        var checkpoint = Checkpoint.Parse(bytes);
        if (checkpoint.Hash != model.Checkpoint)
            throw new Failure(ExitCode.CheckFailed,
                $"The file of model {id} holds the checkpoint {checkpoint.Hash}; the ledger says {model.Checkpoint}. Nothing was written.");
        var names = await NamesAsync(market, reading.Index.Datasets.Find(model.Dataset), stop);
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            bytes = OnnxModel.Write(await ArchitectureAsync(model.Architecture, market, stop), checkpoint, names);
        else if (names.Count > 0) bytes = checkpoint.ToBytes(names);
        AtomicFile.Write(path, bytes);
        var parameters = checkpoint.Tensors.Sum(tensor => (long)tensor.Values.Length);
        output.Show(new { id, file = path, bytes = bytes.Length, parameters, checkpoint = checkpoint.Hash },
            console => console.Write(Sheet.Facts(
            ("Model", id), ("File", path), ("Bytes", bytes.Length), ("Parameters", parameters),
                ("Checkpoint", $"{checkpoint.Hash}, as on the ledger"))));
        return ExitCode.Done;
    }

    /// <summary>
    /// What the model's numbers mean, for programs that read the file alone: the names of the classes as a list in JSON, and the whole
    /// schema.
    /// </summary>
    private static async Task<IReadOnlyDictionary<string, string>> NamesAsync(MarketAccess market, IndexedDataset? dataset,
        CancellationToken stop)
    {
        var names = new Dictionary<string, string>();
        if (dataset is null || await SchemaLink.ReadAsync(market.Blobs, dataset.Description, dataset.Schema, stop) is not { } schema)
            return names;
        names["databright.schema"] = Encoding.UTF8.GetString(schema.ToJson());
        if (schema.Classes is { } classes)
            names["databright.classes"] = JsonSerializer.Serialize(classes);
        return names;
    }

    private async Task<byte[]> UnsealAsync(ParseResult arguments, MarketAccess market, Cid envelope, CancellationToken stop)
    {
        using var key = _key.Open(arguments, market.Home, market.Ledger.Addresses.ChainId);
        return await PrivateWeights.OpenAsync(market.Blobs, envelope, key, grant: null, MaxBytes, stop);
    }

    private static async Task<Architecture> ArchitectureAsync(Digest hash, MarketAccess market, CancellationToken stop)
    {
        if (Architectures.All.FirstOrDefault(known => known.Hash == hash) is { } named) return named;
        var document = await market.Blobs.ReadAsync(Cid.Raw(hash), MaxArchitecture, stop);
        return Architecture.Parse(System.Text.Encoding.UTF8.GetString(document), "the model's architecture");
    }
}
