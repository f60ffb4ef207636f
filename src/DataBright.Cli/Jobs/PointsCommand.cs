using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Node.Scheduler;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Jobs;

/// <summary>Writes the sealed points that a training run was bought on.</summary>
internal sealed class PointsCommand : MarketVerb
{
    private readonly Argument<JobId> _id;
    private readonly Option<string> _out;
    private readonly Option<Uri?> _node = SchedulerNode.Option();
    private readonly KeyOptions _key;

    public PointsCommand()
        : base("points", "Write the sealed points that a training run of yours was trained on, a shard a file",
            "job points 2 --out points --key bruno")
    {
        _id = Expect("ID", JobId.Parse, "The job, settled and bought by your key");
        _out = Require<string>("--out", "The folder to write to; it is made where there is none", "FOLDER");
        Options.Add(_node);
        _key = KeyOptions.AddTo(this, "The points are decrypted");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var (id, folder) = (arguments.GetValue(_id), Folder(arguments));
        var job = await market.Ledger.Jobs.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        using var buyer = _key.Open(arguments, market.Home, market.Ledger.Addresses.ChainId);
        using var node = SchedulerNode.Require(arguments.GetValue(_node), market.Home);
        var given = await node.KeysAsync(id, buyer.PublicKey, stop);
        if (given.Count == 0)
            throw new Failure(ExitCode.Refused,
                $"Job {id} was trained on points that anybody may read: see 'databright dataset show {job.Dataset}'.");
        Directory.CreateDirectory(folder);
        var written = new List<WrittenShard>();
        foreach (var shard in given) written.Add(await WriteAsync(market, node, job.Dataset, shard, buyer, folder, stop));
        output.Show(new { id, shards = written }, console =>
        {
            var table = Sheet.Of("File", ">Points", "Root");
            foreach (var shard in written) table.Row(shard.File, shard.Points, shard.Root);
            console.Write(table);
        });
        return ExitCode.Done;
    }

    private string Folder(ParseResult arguments)
    {
        var named = arguments.GetValue(_out)!;
        if (string.IsNullOrWhiteSpace(named))
            throw new Failure(ExitCode.Usage, $"{_out.Name} names a folder to write to; here it names none.");
        var folder = Path.GetFullPath(named);
        return File.Exists(folder) ? throw new Failure(ExitCode.BadInput, $"{folder} is a file; name a folder.") : folder;
    }

    private static async Task<WrittenShard> WriteAsync(MarketAccess market, SchedulerNode node, DatasetId dataset, GivenKey given,
        EthereumKey buyer, string folder, CancellationToken stop)
    {
        if (await market.Ledger.Datasets.FindShardAsync(dataset, given.Shard, stop) is not { } listed || listed.Count != given.Points)
            throw new Failure(ExitCode.CheckFailed, $"The node gives the points {given.Shard}, which dataset {dataset} does not list.");
        if (!await market.Blobs.HasAsync(given.File, stop)) await node.FetchAsync(market.Blobs, given.File, stop);
        var founder = (await market.Ledger.Datasets.FindAsync(dataset, stop))!.Initiator;
        try
        {
            using var source = new BlobShardSource(market.Blobs, buyer,
                new TriedContentKey(given.File, buyer, Convert.FromHexString(given.Wrapped[2..])),
                (_, _) => Task.FromResult<Address?>(founder));
            var shard = await source.ReadAsync(dataset, new ShardReference(given.Shard, given.Points, given.File), stop);
            var path = Path.Combine(folder, $"{given.Shard.ToString()[2..18]}.shard");
            AtomicFile.Write(path, ShardFile.ToBytes(shard));
            return new WrittenShard(path, shard.Count, shard.Root);
        }
        catch (Exception fault) when (fault is ShardUnreadableException || fault.IsUnreadable())
        {
            throw new Failure(ExitCode.CheckFailed,
                $"The node's key does not open {given.File} as the points {given.Shard}: {fault.Message}");
        }
    }

    private sealed record WrittenShard(string File, int Points, Hash32 Root);
}
