using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using DataBright.Cli.Access;
using DataBright.Learning.Cards;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Datasets;

/// <summary>Writes what a dataset is as a Croissant card, for programs that know nothing of this market.</summary>
internal sealed class CardCommand : MarketVerb
{
    private const int MaxDescription = 64 * 1024;

    private readonly Argument<DatasetId> _id;
    private readonly Option<string?> _out;
    private readonly Option<bool> _force;
    private readonly Option<string?> _license;
    private readonly Option<Uri?> _node =
        PublicNode.Option("The node whose addresses the card names (default: the node that runs on the data folder)");

    public CardCommand()
        : base("card", "Write a dataset's card in Croissant 1.0: its files with their hashes, its columns, classes and licence",
            "dataset card 1 --out digits.json")
    {
        _id = Expect("ID", DatasetId.Parse, "Its number");
        _out = Take<string?>("--out", "The file to write (default: standard output)", "FILE");
        _force = Take<bool>("--force", "Write over a file that exists");
        _license = Take<string?>("--license",
            "Its licence, as an SPDX identifier or an address (default: what a line 'License: ' of its description says)", "TEXT");
        Options.Add(_node);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var (id, path) = (arguments.GetValue(_id), arguments.GetValue(_out) is { } file ? Path.GetFullPath(file) : null);
        if (path is not null && File.Exists(path) && !arguments.GetValue(_force))
            throw new Failure(ExitCode.Refused, $"{path} exists; name another file or add --force.");
        var node = arguments.GetValue(_node) ?? RunningNode.Find(market.Home)?.Address ?? throw new Failure(
            ExitCode.Usage, $"No node runs on {market.Home.Root}, and a card says where files are: name a node with --node URL.");
        using var reading = await IndexReading.OpenAsync(market, stop);
        var dataset = reading.Index.Datasets.Find(id) ?? throw MissingThings.Of(id);
        var about = await AboutAsync(market, dataset, node, arguments.GetValue(_license), stop);
        var shards = await ShardsAsync(market, ShardStore.Listed(reading.Index, id), node, stop);
        var points = await SchemaFile.FindAsync(market.Blobs, dataset.Schema, stop);
        var meaning = await SchemaLink.ReadAsync(market.Blobs, dataset.Description, dataset.Schema, stop);
        var card = DatasetCard.Of(about with { Version = $"1.{dataset.Shards}.0" }, shards, points, meaning).ToJson();
        if (node.IsLoopback) output.Note($"The card names {node}, which only this machine reaches; --node names another.");
        if (path is null)
        {
            output.Mark(card.TrimEnd());
            return ExitCode.Done;
        }

        AtomicFile.Write(path, Encoding.UTF8.GetBytes(card));
        output.Show(new { id, file = path, shards = shards.Count, license = about.License },
            console => console.Write(Sheet.Facts(("Dataset", id), ("File", path), ("Shards", shards.Count), ("Licence", about.License))));
        return ExitCode.Done;
    }

    private static async Task<CardFacts> AboutAsync(MarketAccess market, IndexedDataset dataset, Uri node, string? license,
        CancellationToken stop)
    {
        var description = await DescriptionAsync(market, dataset, stop) ?? "";
        license ??= CardDescription.Find(description, CardDescription.License) ?? CardDescription.Find(description, "Licence: ")
            ?? throw new Failure(
            ExitCode.Usage,
                $"The description of dataset {dataset.Id} has no line 'License: ', and a card names one: say it with --license.");
        var creators = CardDescription.Find(description, CardDescription.Creators)?.Split(", ")
            .Select(name => new CardCreator(name, IsOrganisation: false));
        return new CardFacts(
            dataset.Name, description.Trim() is { Length: > 0 } words ? words : dataset.Name, license,
            new Uri(node, $"datasets/{dataset.Id}").AbsoluteUri,
            [.. creators ?? [new CardCreator(dataset.Initiator.ToString(), IsOrganisation: false)]],
            DateOnly.FromDateTime(dataset.CreatedAt.UtcDateTime),
            [], [], [], CiteAs: CardDescription.Find(description, CardDescription.Citation));
    }

    private static async Task<string?> DescriptionAsync(MarketAccess market, IndexedDataset dataset, CancellationToken stop)
    {
        try
        {
            return SchemaLink.Without(Encoding.UTF8
                .GetString(await market.Blobs.ReadAsync(Cid.Raw(dataset.Description), MaxDescription, stop)));
        }
        catch (BlobException)
        {
            return null;
        }
    }

    /// <summary>An address of several blocks is the hash of their tree, so each file is read for the hash of its bytes.</summary>
    private static async Task<IReadOnlyList<CardShard>> ShardsAsync(MarketAccess market, IEnumerable<IndexedShard> listed, Uri node,
        CancellationToken stop)
    {
        var shards = new List<CardShard>();
        foreach (var shard in listed)
        {
            if (shard.Cid is not { } cid || !await market.Blobs.HasAsync(cid, stop))
                throw new Failure(ExitCode.NotFound,
                    $"Shard {shard.Number} is not in this data folder, so its hash is not known: run the command where the dataset's files "
                    + "are.");
            await using var file = await market.Blobs.OpenAsync(cid, stop);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (block, length) = (new byte[1 << 16], 0L);
            for (int read; (read = await file.ReadAsync(block, stop)) > 0; length += read) hash.AppendData(block, 0, read);
            shards.Add(new CardShard(shard.Number, new Uri(node, $"ipfs/{cid}"), new Digest(hash.GetHashAndReset()), length));
        }

        return shards;
    }
}
