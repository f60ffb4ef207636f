using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using Spectre.Console;

namespace DataBright.Cli.Datasets;

/// <summary>Everything about one dataset.</summary>
internal sealed class ShowCommand : MarketVerb
{
    private const int MostHolders = 20;

    private readonly Argument<DatasetId> _id;

    public ShowCommand()
        : base("show", "Show a dataset: its rules, shards and shareholders", "dataset show 1") => _id = Expect("ID", DatasetId.Parse, "Its number");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var dataset = reading.Index.Datasets.Find(id) ?? throw Missing.Dataset(id);
        var shards = ListOptions.Read(int.MaxValue, request => reading.Index.Datasets.Shards(id, request));
        var holders = ListOptions.Read(MostHolders, request => reading.Index.Shares.Holders(id, request));
        var curators = reading.Index.Datasets.Curators(id);
        var schema = await SchemaFile.FindAsync(market.Blobs, dataset.Schema, stop);
        output.Show(new { dataset, schema = schema?.ToString(), curators, shards, holders }, console => Draw(console, dataset, schema, curators, shards, holders, Party.Names(market.Home)));
        return ExitCode.Done;
    }

    private static void Draw(
        IAnsiConsole console, IndexedDataset dataset, DataSchema? schema, IReadOnlyList<Address> curators, IReadOnlyList<IndexedShard> shards, IReadOnlyList<IndexedHolding> holders, Func<Address, string> name)
    {
        console.Heading($"Dataset {dataset.Id}: {Wording.Of(dataset.Name)} ({Wording.Of(dataset.Symbol)})");
        console.Write(Sheet.Facts(
            ("Initiator", name(dataset.Initiator)), ("Created", dataset.CreatedAt), ("Points", dataset.Points), ("Shares", dataset.Supply),
            ("Revenue", dataset.Revenue), ("Claimed", dataset.Claimed),
            ("Best model", dataset.BestModel is { } model ? $"{model}, {Wording.Percent(dataset.BestMetricPpm ?? 0)}" : null),
            ("Each point", schema), ("Version", dataset.VersionRoot)));
        console.WriteLine();
        console.Write(Sheet.Facts(RulesScreen.Of(dataset.Policy, [.. curators.Select(name)])));
        console.WriteLine();
        var listed = Sheet.Of(">Shard", ">Points", "Contributor", "Proposal", ">Gain", ">Minted", "Listed");
        foreach (var shard in shards)
            listed.Row(
                shard.Number, shard.Count, name(shard.Contributor), shard.Proposal, shard is { AccuracyBeforePpm: { } before, AccuracyAfterPpm: { } after } ? Wording.Points(after - before) : null,
                shard.Minted, shard.Delisted ? "delisted" : shard.ListedAt);
        console.Write(listed);
        console.WriteLine();
        var owners = Sheet.Of("Shareholder", ">Shares", ">Part", ">Claimed");
        foreach (var holder in holders)
            owners.Row(name(holder.Holder), holder.Shares, Part(holder.Shares, dataset.Supply), holder.Claimed);
        console.List(owners, "Nobody holds shares.");
        if (dataset.Holders > holders.Count)
            console.MarkupLine($"[grey]and {dataset.Holders - holders.Count} more[/]");
    }

    private static string Part(ShareAmount part, ShareAmount whole) =>
        whole == ShareAmount.Zero ? "–" : Wording.Bps((int)(part.Units / (whole.Units / 10_000 is var unit && unit > 0 ? unit : 1)));
}
