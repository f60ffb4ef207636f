using System.Text;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Generated;
using DataBright.Storage;
using Points = DataBright.Market.Datasets.Shard;

namespace DataBright.EndToEnd;

/// <summary>The market of a node that runs in a data folder, with people who have keys there.</summary>
internal sealed class Founded : IDisposable
{
    public const string Name = "Honest pictures";

    private readonly List<IDisposable> _owned = [];
    private readonly string _home;
    private readonly JsonRpcClient _rpc;

    private Founded(string home, Uri rpc)
    {
        var http = Own(new HttpClient(new SocketsHttpHandler()));
        (_home, _rpc, Rpc) = (home, new JsonRpcClient(http, rpc), rpc);
        Ledger = new Market.Ledger(new EthereumClient(_rpc, Errors.Table), MarketFile.Load(Path.Combine(home, "market.json"))!);
        Blobs = new FolderBlobStore(Path.Combine(home, "blobs"));
        House = new Signer(Ledger.Client, Own(DevelopmentAccounts.Key(0)), TimeProvider.System);
        _owned.Add(House);
    }

    /// <summary>Where the chain answers.</summary>
    public Uri Rpc { get; }

    public Market.Ledger Ledger { get; }

    public FolderBlobStore Blobs { get; }

    /// <summary>Owns the test dollar and says which keys are trusted.</summary>
    public Signer House { get; }

    public Signer Buyer { get; private set; } = null!;

    public Signer Stranger { get; private set; } = null!;

    public Cid AnyFile { get; private set; }

    /// <summary>The root of the honest dataset's points.</summary>
    public Hash32 Shard { get; private set; }

    public static async Task<Founded> OpenAsync(string home, CancellationToken stop)
    {
        using var word = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(home, "node.json"), stop));
        var market = new Founded(home, new Uri(word.RootElement.GetProperty("rpc").GetString()!));
        (market.Buyer, market.Stranger) = (await market.PartyAsync("buyer", stop), await market.PartyAsync("stranger", stop));
        return market;
    }

    /// <summary>An account with ether and dollars, whose key is in the data folder.</summary>
    public async Task<Signer> PartyAsync(string name, CancellationToken stop)
    {
        var key = Own(EthereumKey.Generate());
        var secret = new byte[EthereumKey.Size];
        key.CopySecretTo(secret);
        await File.WriteAllTextAsync(KeyFile(name), Hex.Encode(secret), stop);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyFile(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await _rpc.CallAsync(new RpcRequest("anvil_setBalance", key.Address.ToString(), "0x3635c9adc5dea00000"), stop);
        await Ledger.Dollars.MintAsync(key.Address, Money.Dollars(100_000), House, stop);
        return Own(new Signer(Ledger.Client, key, TimeProvider.System));
    }

    public string KeyFile(string name) => Path.Combine(_home, "keys", $"{name}.development-key");

    /// <summary>A dataset that can be trained on.</summary>
    public async Task<DatasetId> FoundAsync(CancellationToken stop)
    {
        var (founding, heldOut) = (Pictures(100, 1), Pictures(50, 2));
        Shard = founding.Root;
        AnyFile = await Blobs.PutAsync(Encoding.UTF8.GetBytes($"# {Name}\nSmall grey pictures.\nPurpose: tests. Licence: CC0."), stop);
        await Blobs.PutAsync(Encoding.UTF8.GetBytes(founding.Schema.ToJson()), stop);
        var cid = await Blobs.PutAsync(ShardFile.ToBytes(founding), stop);
        var measured = await Blobs.PutAsync(ShardFile.ToBytes(heldOut), stop);
        var charter = new DatasetCharter(
            AnyFile.Hash, founding.Schema.Hash, measured.Hash, Name, "PIC", new DatasetPolicy { TrainingPrice = Money.Dollars(10) },
            [new Founder(Buyer.Address, ShareAmount.Whole(100))], new OfferedShard(founding.Root, founding.Count, cid));
        return (await Ledger.Datasets.CreateAsync(charter, Buyer, stop)).Id;
    }

    /// <returns>The files of their keys.</returns>
    public async Task<IReadOnlyList<string>> WorkersAsync(int count, CancellationToken stop)
    {
        var names = Enumerable.Range(1, count).Select(number => $"worker-{number}").ToList();
        foreach (var name in names) await WorkerAsync(name, stop);
        return [.. names.Select(KeyFile)];
    }

    public async Task<Signer> WorkerAsync(string name, CancellationToken stop)
    {
        var (worker, machine) = (await PartyAsync(name, stop), Digest.Of("machine"u8));
        await Ledger.Workers.RegisterAsync(Money.Dollars(100), Money.Zero, worker.Key.PublicKey, machine, worker, stop);
        return worker;
    }

    public void Dispose()
    {
        foreach (var owned in Enumerable.Reverse(_owned)) owned.Dispose();
    }

    private static Points Pictures(int count, int seed)
    {
        var schema = new DataSchema(ElementType.UInt8, [1, 28, 28], 10);
        var features = new byte[count * schema.FeatureBytes];
        new Random(seed).NextBytes(features);
        return new Points(schema, features, [.. Enumerable.Range(0, count).Select(i => i % 10)]);
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
