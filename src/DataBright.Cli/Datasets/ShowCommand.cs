using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Compute.Evaluations;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Shares;
using DataBright.Storage;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Datasets;

/// <summary>Everything about one dataset.</summary>
internal sealed class ShowCommand : MarketVerb
{
    private const int MaxHolders = 20;

    private readonly Argument<DatasetId> _id;

    public ShowCommand()
        : base("show", "Show a dataset: its rules, shards and shareholders", "dataset show 1") =>
        _id = Expect("ID", DatasetId.Parse, "Its number");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var dataset = reading.Index.Datasets.Find(id) ?? throw MissingThings.Of(id);
        var shards = ListOptions.Read(int.MaxValue, request => reading.Index.Datasets.Shards(id, request));
        var holders = ListOptions.Read(MaxHolders, request => reading.Index.Shares.Holders(id, request));
        var curators = reading.Index.Datasets.Curators(id);
        var schema = await SchemaFile.FindAsync(market.Blobs, dataset.Schema, stop);
        var meaning = await SchemaLink.ReadAsync(market.Blobs, dataset.Description, dataset.Schema, stop);
        var measured = await MeasuredAsync(market, dataset, stop);
        output.Show(new { dataset, schema = schema?.ToString(), meaning, measurement = measured, curators, shards, holders },
            console => Draw(console, dataset, Best(reading.Index, dataset), schema, meaning, measured, curators, shards, holders,
                AccountNames.Names(market.Home), Low));
        return ExitCode.Done;

        string? Low(IndexedShard shard) => shard.Proposal is { } from && reading.Index.Proposals.Find(from)?.Evaluation is { } measured
            ? TerminalWording.Points(measured.LowPpm) : null;
    }

    /// <summary>Null where the terms are not in the data folder.</summary>
    private static async Task<MeasurementTerms?> MeasuredAsync(MarketAccess market, IndexedDataset dataset, CancellationToken stop)
    {
        if (dataset.Measurement == default) return MeasurementTerms.Usual;
        var address = Cid.Raw(dataset.Measurement);
        return await market.Blobs.HasAsync(address, stop)
            ? MeasurementTerms.Parse(await market.Blobs.ReadAsync(address, MeasurementTerms.MaxBytes, stop)) : null;
    }

    private static string InWords(MeasurementTerms terms) =>
        $"{terms.Architecture?.Name ?? "what the buyer names"}, {terms.Pairs} pairs of runs of {terms.Steps} steps, {terms.Redundancy} "
        + $"workers a task, on {(terms.HeldOut is null ? "points that anybody can read" : "private points")}";

    /// <summary>The best model with what was measured of it; null where there is none.</summary>
    private static string? Best(LedgerIndex index, IndexedDataset dataset)
    {
        if (dataset.BestModel is not { } model)
            return null;
        var measured = index.MeasuredBest(dataset) is { } ppm ? TerminalWording.Percent(ppm) : "which nobody measured";
        return index.IsByVote(dataset)
            ? $"{model}, {measured}, by a vote; the next has to beat {TerminalWording.Percent(dataset.BestMetricPpm ?? 0)}"
            : $"{model}, {measured}";
    }

    /// <summary>Who may read the points that a dataset lists.</summary>
    internal static string Readers(MeasurementTerms terms) => terms.Sealed is { } sealing
        ? $"schedulers, referees, workers that measure or train ({TerminalWording.Bps(sealing.WorkerLimitBps)} at most in a training run) "
            + $"and whoever bought a training run; anybody sees {sealing.Samples} of each shard"
        : "anybody";

    private static void Draw(
        IAnsiConsole console, IndexedDataset dataset, string? best, DataSchema? schema, DatasetSchema? meaning, MeasurementTerms? measured,
        IReadOnlyList<Address> curators, IReadOnlyList<IndexedShard> shards, IReadOnlyList<IndexedHolding> holders,
        Func<Address, string> name, Func<IndexedShard, string?> low)
    {
        console.Heading($"Dataset {dataset.Id}: {TerminalWording.Of(dataset.Name)} ({TerminalWording.Of(dataset.Symbol)})");
        console.Write(Sheet.Facts([
            ("Initiator", name(dataset.Initiator)), ("Created", dataset.CreatedAt), ("Points", dataset.Points), ("Shares", dataset.Supply),
            ("Revenue", dataset.Revenue), ("Claimed", dataset.Claimed),
            ("Best model", best),
            ("Each point", schema), .. SchemaScreen.Of(meaning, schema),
            ("Measured by", measured is { } terms ? TerminalWording.Of(InWords(terms)) : null),
            ("Read by", measured is { } known ? Readers(known) : null),
            ("Version", dataset.VersionRoot)]));
        if (SchemaScreen.Columns(meaning) is { } columns)
        {
            console.WriteLine();
            console.Write(columns);
        }

        console.WriteLine();
        console.Write(Sheet.Facts(RulesScreen.Of(dataset.Policy, [.. curators.Select(name)])));
        console.WriteLine();
        var listed = Sheet.Of(">Shard", ">Points", "Contributor", "Proposal", ">Gain", ">At least", ">Minted", "Listed");
        foreach (var shard in shards)
            listed.Row(
                shard.Number, shard.Count, name(shard.Contributor), shard.Proposal,
                shard is { AccuracyBeforePpm: { } before, AccuracyAfterPpm: { } after } ? TerminalWording.Points(after - before) : null,
                low(shard), shard.Minted, shard.Delisted ? "delisted" : shard.ListedAt);
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
        whole == ShareAmount.Zero ? "–"
            : TerminalWording.Bps((int)UInt128.Min(int.MaxValue, part.Units / (whole.Units / 10_000 is var unit && unit > 0 ? unit : 1)));
}
