using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Node.Datasets;
using DataBright.Node.Descriptions;
using DataBright.Node.Rest;
using DataBright.Node.Shares;
using DataBright.Storage;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>Datasets of the sample market.</summary>
internal sealed class SampleDatasets(Cid? openShard) : IDatasetReader
{
    private static DatasetSummary Summary(ulong id) => id switch
    {
        1 => new(new(1), "Handwritten digits", "DIGIT",
            "Grey images of digits, 28 by 28, written by hand and scanned. For everybody who needs machines to read numbers.",
            Initiator, 9_500, 5, 5, 1, Money.Parse("612.5"), new Fraction(986_200), Now.AddDays(-12),
            [new(500, 0), new(3_000, 1), new(2_000, 2), new(1_500, 1), new(2_500, 3)]),
        2 => new(new(2), "Chest X-rays, northern clinics", "XRAY",
            "Front views with the radiologist’s finding, pooled by eleven clinics that keep their ownership.",
            Ada, 41_230, 11, 14, 3, Money.Parse("18240"), new Fraction(913_450), Now.AddDays(-90),
            [new(6_000, 0), new(5_200, 1), new(4_100, 2), new(3_900, 3), new(3_600, 4), new(3_400, 5), new(3_300, 6), new(3_200, 7),
                new(3_100, 2), new(2_930, 1), new(2_500, 4)]),
        3 => new(new(3), "River levels", "FLOW", null, Ben, 1_200, 1, 1, 0, Money.Zero, null, Now.AddHours(-5), [new(1_200, 0)]),
        _ => new(new(4), SampleMarket.Hostile, "<u>", SampleMarket.Hostile, Cleo, 10, 1, 1, 0, Money.Zero, null, Now.AddMinutes(-20),
            [new(10, 0)]),
    };

    public Task<Page<DatasetSummary>> ListAsync(Search search, PageRequest page, CancellationToken stop) =>
        Task.FromResult(
            Slice([.. new ulong[] { 1, 2, 3, 4 }.Select(Summary)
                .Where(dataset => search.IsEmpty
                    || (dataset.Name + dataset.Purpose).Contains(search.Words!, StringComparison.OrdinalIgnoreCase))], page));

    public Task<DatasetFacts?> FindAsync(DatasetId id, CancellationToken stop) =>
        Task.FromResult(id.Value is < 1 or > 4 ? null : new DatasetFacts(
        Summary(id.Value), id.Value == 4 ? SampleMarket.Hostile : "CC BY 4.0", "u8 1×28×28, 10 classes", Hash(1), Hash(2), Hash(3), Hash(4),
            Account(77),
        ShareAmount.Parse("10620.25"), Money.Parse("401.22"), id.Value == 1 ? new ModelId(3) : null,
        new DatasetPolicy { GainBonusBps = 20_000, ProposalBond = Money.Dollars(25), SharesCap = ShareAmount.Whole(10_000),
            TrainingPrice = Money.Dollars(50) },
        id.Value == 2 ? [Ada, Cleo] : [],
        id.Value == 3 ? null : new MeasurementFacts(id.Value == 1, id.Value == 4 ? SampleMarket.Hostile : "softmax-regression",
            4, 400, 3, 0))
    {
        BestToBeat = Summary(id.Value).BestAccuracy,
        ReplacedBy = id.Value == 1 ? new ProposalId(10) : null,
        Meaning = id.Value == 4 ? new DatasetMeaning(
            [SampleMarket.Hostile, "healthy"],
            [
                new SchemaColumn(SampleMarket.Hostile, ColumnType.Number, "cm", 0, 1, null, -1.5, 1e300),
                new SchemaColumn("colour", ColumnType.Category, null, 0, 1, [SampleMarket.Hostile, "red"], null, null),
                .. Enumerable.Range(0, 60).Select(i => new SchemaColumn($"c{i}", ColumnType.Number, null, 0, 1, null, i, i + 1)),
            ],
            null, null, ValueScale.Any) : null,
    });

    public Task<Page<ShardFacts>?> ShardsAsync(DatasetId id, PageRequest page, CancellationToken stop)
    {
        ShardFacts Shard(int number, int points, Address who, int ordinal, ulong? proposal, int? before, int? after, string shares,
            int daysAgo) => new(
            number, Hash(100 + number), openShard, points, who, ordinal, proposal is { } p ? new ProposalId(p) : null,
            before is { } b ? new Fraction(b) : null, after is { } a ? new Fraction(a) : null, ShareAmount.Parse(shares), false,
                (ulong)(1_000 - daysAgo * 40), Now.AddDays(-daysAgo));
        return Task.FromResult(id.Value > 4 ? null : Slice<ShardFacts>(id.Value == 1
            ? [
                Shard(1, 500, Initiator, 0, null, null, null, "1000", 12),
                Shard(2, 3_000, Ada, 1, 1, 871_300, 952_100, "3484.8", 10),
                Shard(3, 2_000, Ben, 2, 2, 952_100, 970_400, "2073.2", 8),
                Shard(4, 1_500, Ada, 1, 4, 970_400, 974_900, "1513.5", 6),
                Shard(5, 2_500, Cleo, 3, 5, 974_900, 981_800, "2548.75", 2),
            ]
            : [.. Summary(id.Value).Slices.Select((slice,
                i) => Shard(i + 1, slice.Points, Account(40 + slice.Contributor), slice.Contributor, null, null, null, "100", 3))], page));
    }

    public Task<Page<Shareholding>?> ShareholdersAsync(DatasetId id, PageRequest page, CancellationToken stop)
    {
        (Address, string, string)[] rows =
            [(Ada, "4998.3", "212.40"), (Cleo, "2548.75", "0"), (Ben, "2073.2", "160.10"), (Initiator, "900", "28.72"), (Dora, "100", "0")];
        return Task.FromResult(id.Value > 4 ? null : Slice([.. rows.Select(row => new Shareholding(
            row.Item1, ShareAmount.Parse(row.Item2), Fraction.Of(ShareAmount.Parse(row.Item2).Units, ShareAmount.Parse("10620.25").Units),
            Money.Parse(row.Item3)))], page));
    }

    public Task<Page<RevenueEntry>?> RevenueAsync(DatasetId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        1 => Slice([.. new (int, string)[] { (10, "50"), (9, "50"), (7, "112.5"), (5, "50"), (3, "25"), (2, "250"), (0, "75") }
            .Select(entry => new RevenueEntry((ulong)(1_280 - entry.Item1 * 40), Now.AddDays(-entry.Item1).AddHours(-1), Buyer,
                Money.Parse(entry.Item2), ShareAmount.Parse("10620.25"))).Reverse()], page),
        <= 4 => Page<RevenueEntry>.Empty,
        _ => null,
    });

    public Task<DatasetImpact?> ImpactAsync(DatasetId id, CancellationToken stop)
    {
        ShardImpact Shard(int number, Address who, int ordinal, int points, int? gain, params ulong[] models) => new(
            number, Hash(100 + number), who, ordinal, points, gain is { } ppm ? new Fraction(ppm) : null,
            [.. models.Select(model => new ModelId(model))]);
        return Task.FromResult(id.Value switch
        {
            1 => new DatasetImpact(
                [
                    new(Ada, 1, 2, 4_500, new Fraction(85_300), 2, Money.Parse("212.4"), Money.Parse("81.25"), Money.Parse("64.5")),
                    new(Ben, 2, 1, 2_000, new Fraction(-18_300), 2, Money.Parse("160.1"), Money.Zero, Money.Parse("12.25")),
                    new(Initiator, 0, 1, 500, null, 2, Money.Parse("28.72"), null, Money.Zero),
                    new(Cleo, 3, 1, 2_500, new Fraction(6_900), 1, Money.Zero, Money.Zero, Money.Zero),
                ],
                [
                    Shard(1, Initiator, 0, 500, null, 2, 3), Shard(2, Ada, 1, 3_000, 80_800, 2, 3), Shard(3, Ben, 2, 2_000, -18_300, 2, 3),
                    Shard(4, Ada, 1, 1_500, 4_500, 2, 3),
                    Shard(5, Cleo, 3, 2_500, 6_900, 3),
                ], false),
            <= 4 => new DatasetImpact([], [], true),
            _ => null,
        });
    }
}
