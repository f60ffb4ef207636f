using System.Collections.Concurrent;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Discussion;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Owed;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Shares;
using DataBright.Market.Storage;
using DataBright.Market.Usage;
using DataBright.Node.Datasets;
using DataBright.Node.Jobs;
using DataBright.Node.Ledger;
using DataBright.Node.Models;
using DataBright.Node.Owed;
using DataBright.Node.Proposals;
using DataBright.Node.Requests;
using DataBright.Node.Rest;
using DataBright.Node.Shares;
using DataBright.Node.Usage;
using DataBright.Node.Web;
using DataBright.Node.Workers;

namespace DataBright.Node.Tests;

/// <summary>A market as it looks after some days, with everything a page can show, a stranger's hostile words among it.</summary>
internal sealed class SampleMarket(Cid? openShard) : IMarketView, IJobWatch
{
    public static readonly DateTimeOffset Now = new(2026, 5, 20, 14, 30, 0, TimeSpan.Zero);

    public const string Hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

    private static readonly ConcurrentDictionary<int, EthereumKey> Keys = new();

    private static readonly Address Initiator = Account(1), Ada = Account(2), Ben = Account(3), Cleo = Account(4), Dora = Account(5), Buyer = Account(6);

    private static readonly Address Referee = Account(30), Scheduler = Account(31);

    public ProposalFacts? Changed { get; set; }

    /// <summary>Job 10's scheduler has given it up.</summary>
    public bool JobFailed { get; set; }

    /// <summary>Job 10 was not done by its deadline.</summary>
    public bool JobOverdue { get; set; }

    /// <summary>Released whenever a proposal has been read.</summary>
    public SemaphoreSlim ProposalRead { get; } = new(0);

    public LedgerState State { get; set; } = new(31337, 1_284, 1_284, Hash(9), Now.AddSeconds(-4));

    /// <summary>The key of a person of the sample.</summary>
    public static EthereumKey Key(int number) => Keys.GetOrAdd(number, one => EthereumKey.FromBytes(Keccak.Hash(BitConverter.GetBytes(one)).AsSpan()));

    public static Address Account(int number) => Key(number).Address;

    public static Hash32 Hash(int number) => Keccak.Hash(BitConverter.GetBytes(number + 1_000));

    public Task<LedgerState> StateAsync(CancellationToken stop) => Task.FromResult(State);

    // Datasets

    private static DatasetSummary Summary(ulong id) => id switch
    {
        1 => new(new(1), "Handwritten digits", "DIGIT", "Grey images of digits, 28 by 28, written by hand and scanned. For everybody who needs machines to read numbers.",
            Initiator, 9_500, 5, 5, 1, Money.Parse("612.5"), new Fraction(986_200), Now.AddDays(-12),
            [new(500, 0), new(3_000, 1), new(2_000, 2), new(1_500, 1), new(2_500, 3)]),
        2 => new(new(2), "Chest X-rays, northern clinics", "XRAY", "Front views with the radiologist’s finding, pooled by eleven clinics that keep their ownership.",
            Ada, 41_230, 11, 14, 3, Money.Parse("18240"), new Fraction(913_450), Now.AddDays(-90),
            [new(6_000, 0), new(5_200, 1), new(4_100, 2), new(3_900, 3), new(3_600, 4), new(3_400, 5), new(3_300, 6), new(3_200, 7), new(3_100, 2), new(2_930, 1), new(2_500, 4)]),
        3 => new(new(3), "River levels", "FLOW", null, Ben, 1_200, 1, 1, 0, Money.Zero, null, Now.AddHours(-5), [new(1_200, 0)]),
        _ => new(new(4), Hostile, "<u>", Hostile, Cleo, 10, 1, 1, 0, Money.Zero, null, Now.AddMinutes(-20), [new(10, 0)]),
    };

    public Task<Page<DatasetSummary>> DatasetsAsync(Search search, PageRequest page, CancellationToken stop) =>
        Task.FromResult(Slice([.. new ulong[] { 1, 2, 3, 4 }.Select(Summary).Where(dataset => search.IsEmpty || (dataset.Name + dataset.Purpose).Contains(search.Words!, StringComparison.OrdinalIgnoreCase))], page));

    public Task<DatasetFacts?> DatasetAsync(DatasetId id, CancellationToken stop) => Task.FromResult(id.Value is < 1 or > 4 ? null : new DatasetFacts(
        Summary(id.Value), id.Value == 4 ? Hostile : "CC BY 4.0", "u8 1×28×28, 10 classes", Hash(1), Hash(2), Hash(3), Hash(4), Account(77),
        ShareAmount.Parse("10620.25"), Money.Parse("401.22"), id.Value == 1 ? new ModelId(3) : null,
        new DatasetPolicy { GainBonusBps = 20_000, ProposalBond = Money.Dollars(25), SharesCap = ShareAmount.Whole(10_000), TrainingPrice = Money.Dollars(50) },
        id.Value == 2 ? [Ada, Cleo] : [],
        id.Value == 3 ? null : new MeasurementFacts(id.Value == 1, id.Value == 4 ? Hostile : "softmax-regression", 4, 400, 3, 0))
    {
        BestToBeat = Summary(id.Value).BestAccuracy,
        ReplacedBy = id.Value == 1 ? new ProposalId(10) : null,
        Meaning = id.Value == 4 ? new DatasetMeaning(
            [Hostile, "healthy"],
            [
                new SchemaColumn(Hostile, ColumnType.Number, "cm", 0, 1, null, -1.5, 1e300),
                new SchemaColumn("colour", ColumnType.Category, null, 0, 1, [Hostile, "red"], null, null),
                .. Enumerable.Range(0, 60).Select(i => new SchemaColumn($"c{i}", ColumnType.Number, null, 0, 1, null, i, i + 1)),
            ],
            null, null, ValueScale.Any) : null,
    });

    public Task<Page<ShardFacts>?> ShardsAsync(DatasetId id, PageRequest page, CancellationToken stop)
    {
        ShardFacts Shard(int number, int points, Address who, int ordinal, ulong? proposal, int? before, int? after, string shares, int daysAgo) => new(
            number, Hash(100 + number), openShard, points, who, ordinal, proposal is { } p ? new ProposalId(p) : null,
            before is { } b ? new Fraction(b) : null, after is { } a ? new Fraction(a) : null, ShareAmount.Parse(shares), false, (ulong)(1_000 - daysAgo * 40), Now.AddDays(-daysAgo));
        return Task.FromResult(id.Value > 4 ? null : Slice<ShardFacts>(id.Value == 1
            ? [
                Shard(1, 500, Initiator, 0, null, null, null, "1000", 12),
                Shard(2, 3_000, Ada, 1, 1, 871_300, 952_100, "3484.8", 10),
                Shard(3, 2_000, Ben, 2, 2, 952_100, 970_400, "2073.2", 8),
                Shard(4, 1_500, Ada, 1, 4, 970_400, 974_900, "1513.5", 6),
                Shard(5, 2_500, Cleo, 3, 5, 974_900, 981_800, "2548.75", 2),
            ]
            : [.. Summary(id.Value).Slices.Select((slice, i) => Shard(i + 1, slice.Points, Account(40 + slice.Contributor), slice.Contributor, null, null, null, "100", 3))], page));
    }

    public Task<Page<Shareholding>?> ShareholdersAsync(DatasetId id, PageRequest page, CancellationToken stop)
    {
        (Address, string, string)[] rows = [(Ada, "4998.3", "212.40"), (Cleo, "2548.75", "0"), (Ben, "2073.2", "160.10"), (Initiator, "900", "28.72"), (Dora, "100", "0")];
        return Task.FromResult(id.Value > 4 ? null : Slice([.. rows.Select(row => new Shareholding(
            row.Item1, ShareAmount.Parse(row.Item2), Fraction.Of(ShareAmount.Parse(row.Item2).Units, ShareAmount.Parse("10620.25").Units), Money.Parse(row.Item3)))], page));
    }

    public Task<Page<RevenueEntry>?> RevenueAsync(DatasetId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        1 => Slice([.. new (int, string)[] { (10, "50"), (9, "50"), (7, "112.5"), (5, "50"), (3, "25"), (2, "250"), (0, "75") }
            .Select(entry => new RevenueEntry((ulong)(1_280 - entry.Item1 * 40), Now.AddDays(-entry.Item1).AddHours(-1), Buyer, Money.Parse(entry.Item2), ShareAmount.Parse("10620.25"))).Reverse()], page),
        <= 4 => Page<RevenueEntry>.Empty,
        _ => null,
    });

    public Task<DatasetImpact?> ImpactAsync(DatasetId id, CancellationToken stop)
    {
        ShardImpact Shard(int number, Address who, int ordinal, int points, int? gain, params ulong[] models) => new(
            number, Hash(100 + number), who, ordinal, points, gain is { } ppm ? new Fraction(ppm) : null, [.. models.Select(model => new ModelId(model))]);
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
                    Shard(1, Initiator, 0, 500, null, 2, 3), Shard(2, Ada, 1, 3_000, 80_800, 2, 3), Shard(3, Ben, 2, 2_000, -18_300, 2, 3), Shard(4, Ada, 1, 1_500, 4_500, 2, 3),
                    Shard(5, Cleo, 3, 2_500, 6_900, 3),
                ], false),
            <= 4 => new DatasetImpact([], [], true),
            _ => null,
        });
    }

    // Proposals

    private static ProposalFacts Proposal(ulong id)
    {
        var (state, who, points, gain, yes, no, ago) = id switch
        {
            1 => (ProposalState.Accepted, Ada, 3_000, 80_800, "900", "0", 11),
            2 => (ProposalState.Accepted, Ben, 2_000, 18_300, "3300", "84.8", 9),
            3 => (ProposalState.Rejected, Dora, 1_800, -21_400, "0", "5100", 7),
            4 => (ProposalState.Accepted, Ada, 1_500, 4_500, "5200", "300", 7),
            5 => (ProposalState.Accepted, Cleo, 2_500, 6_900, "6900.5", "0", 4),
            6 => (ProposalState.Open, Dora, 1_000, 2_100, "3480.2", "1230", 1),
            8 => (ProposalState.Open, Ben, 600, 1_200, "0", "0", 1),
            _ => (ProposalState.Expired, Account(7), 200, 0, "10", "0", 20),
        };
        var summary = new ProposalSummary(new(id), ProposalKind.Listing, state, new(1), "Handwritten digits", who, points, new Fraction(gain),
            new Tally(ShareAmount.Parse(yes), ShareAmount.Parse(no), ShareAmount.Parse("10620.25"), Fraction.OfBasisPoints(2_000), Fraction.OfBasisPoints(5_000)),
            Now.AddDays(-ago), Now.AddDays(3 - ago).AddHours(2))
        { Low = new Fraction(gain - 2_600) };
        var evaluation = id == 7 ? null : new EvaluationFacts(new Fraction(974_900), new Fraction(974_900 + gain), new Fraction(gain - 2_600), points, 0,
            new GainSpread(new Fraction(gain - 2_600), new Fraction(gain + 1_900), 5), Hash(50), new JobId(id), Referee, 1);
        return new ProposalFacts(id == 7 ? summary with { Gain = null, Low = null } : summary, Hash(200 + (int)id), null, null, Money.Dollars(25), id < 3, false, id == 6, 1_201, evaluation,
            id == 7 ? null : id == 3 ? new DuplicateCount(412, 9, 1_800) { Near = new(37, 4, [new NearFacts(5, Hash(60), 17, new Fraction(991_000))], new NearPicture(57, 57)) } : new DuplicateCount(0, 0, points), state == ProposalState.Accepted ? ShareAmount.Parse("2548.75") : null)
        {
            Review = ReviewOf(id),
        };
    }

    /// <summary>Votes on the best model of dataset 1: one that was carried out, one that was accepted and waits, one that is open.</summary>
    private static ProposalFacts Replacing(ulong id)
    {
        var (state, asked, yes, ago) = id switch
        {
            10 => (ProposalState.Accepted, new Replacement(new(1), new(2), 974_900), "9100", 8),
            11 => (ProposalState.Accepted, new Replacement(new(3), null, 0), "8200", 6),
            _ => (ProposalState.Open, new Replacement(new(3), new(1), 871_300), "3480.2", 1),
        };
        var summary = new ProposalSummary(new(id), ProposalKind.Replacement, state, new(1), "Handwritten digits", Ada, 0, null,
            new Tally(ShareAmount.Parse(yes), ShareAmount.Parse("300"), ShareAmount.Parse("10620.25"), Fraction.OfBasisPoints(2_000), Fraction.OfBasisPoints(6_667)), Now.AddDays(-ago), Now.AddDays(3 - ago))
        { Replacement = asked, ToCarryOut = id == 11 };
        return new ProposalFacts(summary, null, null, $"The best one has seen the points that it is measured on. {Hostile}", Money.Dollars(25), id == 10, false, false, 1_201, null, null, null);
    }

    /// <summary>One review that is over, and one in which the second of three curators has shown its judgement.</summary>
    private static ReviewFacts? ReviewOf(ulong proposal) => proposal switch
    {
        5 => new(false,
            [new(Account(40), CuratorStep.Revealed, true, "Clean, and from hands we do not have yet.", Now.AddDays(-3)), new(Account(41), CuratorStep.Revealed, false, Hostile, Now.AddDays(-3)), new(Account(42), CuratorStep.Committed, null, "", Now.AddDays(-3))],
            1, 1, default(Fraction), Ada, null, null, null),
        8 => new(true,
            [new(Account(40), CuratorStep.Committed, null, "", Now.AddHours(-20)), new(Account(41), CuratorStep.Revealed, true, "All fine.", Now.AddMinutes(-20)), new(Account(42), CuratorStep.Waiting, null, "", null)],
            1, 0, null, null, Now.AddHours(-1), Now.AddHours(5), Now.AddHours(11)),
        _ => null,
    };

    public Task<Page<ProposalSummary>> ProposalsAsync(DatasetId? dataset, PageRequest page, CancellationToken stop) =>
        Task.FromResult(dataset is { Value: not 1 } ? Page<ProposalSummary>.Empty : Slice([.. new ulong[] { 7, 6, 5, 4, 3, 2, 1 }.Select(id => Proposal(id).Summary)], page));

    public Task<ProposalFacts?> ProposalAsync(ProposalId id, CancellationToken stop)
    {
        ProposalRead.Release();
        return Task.FromResult(Changed is { } changed && changed.Summary.Id == id ? changed : id.Value switch
        {
            >= 10 and <= 12 => Replacing(id.Value),
            < 1 or > 8 => null,
            _ => Proposal(id.Value) with { Cid = id.Value is 3 or 6 ? openShard : null },
        });
    }

    public Task<byte[]?> NearPictureAsync(ProposalId id, CancellationToken stop) => Task.FromResult<byte[]?>(id.Value == 3 ? PngWriter.Encode(new byte[57 * 57], 57, 57, 1) : null);

    public Task<ShardCheck?> CheckAsync(DatasetId dataset, Cid cid, CancellationToken stop) => Task.FromResult<ShardCheck?>(null);

    public Task<Page<VoteFacts>?> VotesAsync(ProposalId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        6 => Slice<VoteFacts>(
        [
            new(Ada, true, ShareAmount.Parse("3480.2"), "A gain on every seed, and no duplicates. I looked at the ones and sevens: all fine.", 1_270, Now.AddHours(-2)),
            new(Ben, false, ShareAmount.Parse("1130"), VoteAnchor.Reason(SampleDiscussion.Anchored, "Too few fours. I would vote yes to the same with three hundred more."), 1_260, Now.AddHours(-7)),
            new(Account(8), false, ShareAmount.Parse("100"), Hostile, 1_255, Now.AddHours(-9)),
        ], page),
        7 or 8 or >= 10 and <= 12 => Page<VoteFacts>.Empty,
        <= 5 => Slice<VoteFacts>([new(Initiator, id.Value != 3, ShareAmount.Parse("900"), "By the evaluation.", 900, Now.AddDays(-5))], page),
        _ => null,
    });

    public Task<BallotFacts?> BallotAsync(ProposalId id, Address voter, CancellationToken stop) => Task.FromResult(id.Value is not (6 or 12) ? null : new BallotFacts(
        BallotPhase.Vote, ProposalState.Open, false, voter == Cleo ? ShareAmount.Parse("2548.75") : voter == Ada ? ShareAmount.Parse("3480.2") : ShareAmount.Zero,
        voter == Cleo ? new Fraction(240_000) : voter == Ada ? new Fraction(327_700) : default, false, voter == Ada && id.Value == 6, null, Now.AddDays(2)));

    // Models

    private static ModelSummary Model(ulong id) => id switch
    {
        1 => new(new(1), "Softmax regression", new(1), "Handwritten digits", Initiator, null, new Fraction(871_300), false, false, Money.Parse("0.001"), Now.AddDays(-12)),
        2 => new(new(2), "LeNet-5", new(1), "Handwritten digits", Buyer, new Fraction(974_900), null, true, false, Money.Parse("0.01"), Now.AddDays(-5)),
        _ => new(new(3), "LeNet-5", new(1), "Handwritten digits", Buyer, new Fraction(986_200), null, true, true, Money.Parse("0.01"), Now.AddHours(-3)),
    };

    public Task<Page<ModelSummary>> ModelsAsync(DatasetId? dataset, PageRequest page, CancellationToken stop) =>
        Task.FromResult(dataset is { Value: not 1 } ? Page<ModelSummary>.Empty : Slice([Model(3), Model(2), Model(1)], page));

    public Task<IReadOnlyList<ModelSummary>> NameableModelsAsync(DatasetId dataset, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<ModelSummary>>(dataset.Value == 1 ? [Model(3), Model(1)] : []);

    public Task<ModelFacts?> ModelAsync(ModelId id, CancellationToken stop) => Task.FromResult(id.Value is < 1 or > 3 ? null : new ModelFacts(
        Model(id.Value), Hash(310 + (int)id.Value), Hash(301), openShard, id.Value == 1 ? null : new JobId(id.Value + 6), id.Value == 3 ? [new(2)] : [],
        new Lineage(
            [
                new(LineageKind.Dataset, 1, "Handwritten digits", "9 500 points"), new(LineageKind.Job, 8, "Training job 8", null), new(LineageKind.Model, 2, "Model 2", "97.49 %, asks 10 %"),
                new(LineageKind.Job, 9, "Training job 9", "2 convictions"), new(LineageKind.Model, 3, "Model 3", "98.62 %"),
            ],
            [new(0, 1), new(1, 2), new(0, 3), new(2, 3), new(3, 4)], true),
        id.Value == 3 ? Hash(320) : null, id.Value == 3 ? $"Reads digits. {Hostile}" : null, id.Value == 3 ? "CC BY 4.0" : null, id.Value == 2, IncomeOf(id.Value), id.Value == 3 ? [new(Account(20), Fraction.OfBasisPoints(2_000)), new(Account(21), Fraction.OfBasisPoints(1_500))] : []));

    private static ModelIncome IncomeOf(ulong id) => id switch
    {
        2 => new(Money.Parse("14.06"), Money.Zero, Fraction.OfBasisPoints(1_000), Fraction.OfBasisPoints(2_000)),
        3 => new(Money.Parse("182.4"), Money.Parse("140.6"), default, Fraction.OfBasisPoints(2_000)),
        _ => new(Money.Zero, Money.Zero, default, Fraction.OfBasisPoints(2_000)),
    };

    public Task<Page<ChannelFacts>?> ChannelsAsync(ModelId id, PageRequest page, CancellationToken stop)
    {
        ChannelFacts Channel(ulong number, ChannelState state, int buyer, string deposit, string settled, int settlements, int hoursAgo) => new(
            new(number), state, Account(buyer), Account(20), Fraction.OfBasisPoints(2_000), Money.Parse(deposit), Money.Parse(settled), settlements, Now.AddHours(-hoursAgo),
            state == ChannelState.Closing ? Now.AddHours(5) : null);
        return Task.FromResult(id.Value switch
        {
            3 => Slice([Channel(3, ChannelState.Open, 6, "25", "10.01", 2, 2), Channel(2, ChannelState.Closing, 5, "100", "88", 9, 30), Channel(1, ChannelState.Closed, 6, "130", "130", 1, 70)], page),
            1 or 2 => Page<ChannelFacts>.Empty,
            _ => null,
        });
    }

    public Task<Page<DistributionFacts>?> DistributionsAsync(ModelId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        3 => Slice<DistributionFacts>(
        [
            new(1_280, Now.AddHours(-1), Money.Parse("40.6"), Money.Parse("8.12"), Money.Parse("28.42"), Money.Parse("4.06")),
            new(1_240, Now.AddHours(-20), Money.Dollars(100), Money.Dollars(20), Money.Dollars(70), Money.Dollars(10)),
        ], page),
        1 or 2 => Page<DistributionFacts>.Empty,
        _ => null,
    });

    public Task<Page<RoyaltyFacts>?> RoyaltiesAsync(ModelId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        2 => Slice<RoyaltyFacts>([new(1_280, Now.AddHours(-1), new(3), Money.Parse("4.06")), new(1_240, Now.AddHours(-20), new(3), Money.Dollars(10))], page),
        1 or 3 => Page<RoyaltyFacts>.Empty,
        _ => null,
    });

    // Jobs

    private static JobSummary Job(ulong id) => id switch
    {
        9 => new(new(9), JobKind.Training, JobState.Settled, new(1), "Handwritten digits", null, Buyer, 3, new Fraction(986_200), 1, Money.Parse("95"), Now.AddHours(-4), Now.AddHours(20)),
        10 => new(new(10), JobKind.Training, JobState.Anchored, new(1), "Handwritten digits", null, Buyer, 3, null, 1, Money.Parse("95"), Now.AddMinutes(-6), Now.AddHours(23)),
        6 => new(new(6), JobKind.Evaluation, JobState.Settled, new(1), "Handwritten digits", new(6), Initiator, 3, new Fraction(977_000), 0, Money.Parse("12"), Now.AddDays(-1), Now),
        _ => new(new(id), JobKind.Training, JobState.Refunded, new(1), "Handwritten digits", null, Buyer, 2, null, 0, Money.Parse("80"), Now.AddDays(-6), Now.AddDays(-5)),
    };

    public Task<Page<JobSummary>> JobsAsync(DatasetId? dataset, PageRequest page, CancellationToken stop) =>
        Task.FromResult(dataset is { Value: not 1 } ? Page<JobSummary>.Empty : Slice([Job(10), Job(9), Job(8), Job(6)], page));

    public Task<JobFacts?> JobAsync(JobId id, CancellationToken stop) => Task.FromResult(id.Value is < 1 or > 10 ? null : new JobFacts(
        Job(id.Value) with { Overdue = JobOverdue && id.Value == 10 }, Hash(400), Scheduler, Referee, Money.Dollars(45), Money.Dollars(50), UsageOf(id.Value) is null ? Money.Zero : Money.Dollars(45), Hash(401), Hash(402), Hash(403),
        id.Value == 9 ? Hash(404) : null, id.Value == 9 ? Money.Parse("36") : null,
        [new(JobState.Open, 1_100, Now.AddHours(-4)), new(JobState.Accepted, 1_101, Now.AddHours(-4)), new(JobState.Assigned, 1_103, Now.AddHours(-4)), new(JobState.Anchored, 1_140, Now.AddHours(-3)),
            .. id.Value == 9 ? new[] { new JobStep(JobState.Settled, 1_144, Now.AddHours(-3)) } : []],
        Job(id.Value).Convictions == 0 ? [] : [new(Account(23), Scheduler, Money.Dollars(50), Hash(405), Now.AddHours(-3))],
        id.Value == 9
            ? [new(Scheduler, PaymentPurpose.Scheduling, Money.Dollars(5), Now), new(Account(20), PaymentPurpose.Work, Money.Dollars(12), Now), new(Account(21), PaymentPurpose.Work, Money.Dollars(12), Now)]
            : [],
        id.Value == 9 ? new ModelId(3) : null, UsageOf(id.Value))
    { Plan = id.Value == 9 ? [new("Batch", "64 points"), new("Learning rate", "0.02")] : null });

    public Task<UsageDue?> UsageDueAsync(JobId id, Address contributor, CancellationToken stop) =>
        Task.FromResult(id.Value == 8 && contributor == Ben ? new UsageDue(Money.Parse("3.75"), [Hash(420)]) : null);

    private UsageFacts? UsageOf(ulong job)
    {
        UsageLine[] lines = [new(Ada, 1, Money.Parse("31.5")), new(Cleo, 3, Money.Parse("9.75")), new(Ben, 2, Money.Parse("3.75"))];
        return job switch
        {
            9 => new(UsageState.Posted, Scheduler, null, "", null, Now.AddHours(-2), Now.AddHours(22), openShard, Hash(410), Money.Dollars(45), lines, Money.Dollars(50)),
            8 => new(UsageState.Final, Scheduler, Account(9), Hostile, false, Now.AddDays(-5), Now.AddDays(-4), openShard, Hash(411), Money.Parse("3.75"), lines),
            7 => new(UsageState.Challenged, Scheduler, Account(9), Hostile, null, Now.AddDays(-1), Now.AddDays(1), null, Hash(412), Money.Dollars(45), null),
            5 => new(UsageState.Final, Account(9), null, "", false, Now.AddDays(-1), DateTimeOffset.UnixEpoch, null, Hash32.Zero, Money.Zero, null),
            _ => null,
        };
    }

    public Task<JobProgress?> FindAsync(JobId job, CancellationToken stop)
    {
        if (job.Value is not (9 or 10)) return Task.FromResult<JobProgress?>(null);
        bool over = job.Value == 9;
        var tasks = new List<TaskProgress>();
        for (int round = 1; round <= 3; round++)
            for (int part = 1; part <= 12; part++)
            {
                var seats = Enumerable.Range(0, 3).Select(group => new Seat(group, Account(20 + (group + part) % 6), StateOf(round, part, group, over), round == 3 ? 40 : 94, 94)).ToList();
                if (round == 2 && part == 5) seats.Add(new Seat(2, Account(25), over ? SeatState.Agreed : SeatState.Leased, 60, 94));
                tasks.Add(new TaskProgress($"Round {round}, part {part}", seats));
            }
        tasks.Add(new TaskProgress("Closing task", [.. Enumerable.Range(0, 3).Select(group => new Seat(group, over ? Account(20 + group) : null, over ? SeatState.Agreed : SeatState.Waiting, 0, 0))]));
        var losses = Enumerable.Range(1, over ? 60 : 42).Select(i => new LossPoint(i * 47, 2.3 * Math.Exp(-i / 9.0) + 0.06 + 0.04 * Math.Sin(i * 1.7) / Math.Sqrt(i))).ToArray();
        return Task.FromResult<JobProgress?>(new JobProgress(tasks, losses, JobFailed ? "Training diverged" : null, JobFailed)
        {
            Rounds = [new(1, new Fraction(912_000)), new(2, null), .. over ? new RoundAccuracy[] { new(3, new Fraction(986_200)) } : []],
        });
    }

    private static SeatState StateOf(int round, int part, int group, bool over) => (round, part, group) switch
    {
        (2, 5, 1) => SeatState.Convicted,
        _ when over => SeatState.Agreed,
        (1, 3, 2) => SeatState.Lost,
        (1, _, _) => SeatState.Agreed,
        (2, < 9, _) => SeatState.Agreed,
        (2, 9 or 10, _) => SeatState.Revealed,
        (2, _, 0) => SeatState.Committed,
        (2, _, _) => SeatState.Leased,
        _ => SeatState.Waiting,
    };

    // Requests

    private static RequestSummary Request(ulong id) => id switch
    {
        1 => new(new(1), RequestState.Listed, "Handwritten letters of the Greek alphabet, as many hands as can be found.", "u8 1×28×28, 24 classes", Buyer, Money.Parse("0.05"),
            Money.Dollars(400), Money.Parse("62.5"), 2, new DatasetId(3), Now.AddDays(-6), Now.AddDays(8)),
        2 => new(new(2), RequestState.Voting, Hostile, null, Dora, Money.Parse("1"), Money.Dollars(10), Money.Zero, 1, null, Now.AddDays(-1), Now.AddDays(20)),
        _ => new(new(3), RequestState.Closed, null, null, Buyer, Money.Parse("0.5"), Money.Dollars(50), Money.Zero, 0, null, Now.AddDays(-40), Now.AddDays(-20)),
    };

    public Task<Page<RequestSummary>> RequestsAsync(PageRequest page, CancellationToken stop) => Task.FromResult(Slice([Request(3), Request(2), Request(1)], page));

    public Task<RequestFacts?> RequestAsync(RequestId id, CancellationToken stop) => Task.FromResult(id.Value is < 1 or > 3 ? null : new RequestFacts(
        Request(id.Value), id.Value == 2 ? Hostile : "CC0", Hash(600), Hash(601), id.Value == 3 ? Money.Dollars(50) : Money.Zero,
        id.Value == 2 ? new RequestVote(new(1), Now.AddDays(2), ShareAmount.Parse("900"), ShareAmount.Parse("120")) : null,
        id.Value == 1 ? [new(Buyer, Money.Dollars(300), Money.Zero), new(Ada, Money.Dollars(100), Money.Zero)] : [new(Dora, Request(id.Value).Pot, Money.Zero)]));

    public Task<Page<AnswerFacts>?> AnswersAsync(RequestId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        1 => Slice<AnswerFacts>([new(new(3), "River levels", Ben, "Not letters, but have a look.", 1_200, Now.AddDays(-2)), new(new(1), "Handwritten digits", Ada, "", 1_100, Now.AddDays(-4))], page),
        2 => Slice<AnswerFacts>([new(new(4), Hostile, Cleo, Hostile, 1_220, Now.AddHours(-5))], page),
        3 => Page<AnswerFacts>.Empty,
        _ => null,
    });

    public Task<Page<RewardFacts>?> RewardsAsync(RequestId id, PageRequest page, CancellationToken stop) => Task.FromResult(id.Value switch
    {
        1 => Slice<RewardFacts>([new(Hash(105), Cleo, Money.Parse("62.5"), 1_250, Now.AddDays(-1))], page),
        2 or 3 => Page<RewardFacts>.Empty,
        _ => null,
    });

    // Workers

    private static WorkerFacts[] AllWorkers =>
    [
        .. Enumerable.Range(0, 6).Select(i => new WorkerFacts(Account(20 + i), true, i == 3 ? Money.Dollars(50) : Money.Dollars(100), Money.Parse("0.05"), Money.Dollars((ulong)(48 - i * 4)),
            i == 3 ? Money.Dollars(50) : Money.Zero, 9 - i, i == 3 ? 1 : 0, i == 5 ? Now.AddDays(2) : null, Now.AddDays(-12 + i))),
    ];

    public Task<Page<WorkerFacts>> WorkersAsync(PageRequest page, CancellationToken stop) => Task.FromResult(Slice(AllWorkers, page));

    public Task<WorkerFacts?> WorkerAsync(Address worker, CancellationToken stop) => Task.FromResult(AllWorkers.FirstOrDefault(facts => facts.Worker == worker));

    public Task<IReadOnlyList<TrustedKeyFacts>> TrustedKeysAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<TrustedKeyFacts>>(
    [
        new(1, Scheduler, TrustedRole.Scheduler, Attestation.None, null, false), new(2, Referee, TrustedRole.Referee, Attestation.None, null, false),
        new(3, Account(32), TrustedRole.Referee, Attestation.Sgx, Hash(500), true),
    ]);

    public Task<Portfolio> PortfolioAsync(Address holder, CancellationToken stop) => Task.FromResult(holder != Ada ? new Portfolio(holder, Money.Zero, Money.Zero, Money.Zero, [], [], Money.Zero, []) : new Portfolio(
        holder, Money.Parse("81.25"), Money.Parse("212.4"), Money.Parse("12"),
        [new(new(1), "Handwritten digits", "DIGIT", ShareAmount.Parse("4998.3"), new Fraction(470_600), Money.Parse("81.25"), Money.Parse("212.4")),
            new(new(2), "Chest X-rays, northern clinics", "XRAY", ShareAmount.Parse("600"), new Fraction(14_500), Money.Zero, Money.Zero)],
        [new(new(9), new(1), "Handwritten digits", Money.Parse("31.5"), UsageState.Posted, Now.AddHours(22), false), new(new(8), new(1), "Handwritten digits", Money.Parse("3.75"), UsageState.Final, Now.AddDays(-4), true)],
        Money.Parse("7.6"), [Proposal(6).Summary])
        { Due = Due(holder) });

    public Task<OwedAccount?> OwedAsync(Address account, CancellationToken stop) => Task.FromResult<OwedAccount?>(AllOwed(account));

    public Task<string?> FileProblemAsync(ProposalId id, CancellationToken stop) => Task.FromResult(Changed is { } changed && changed.Summary.Id == id ? changed.FileProblem : null);

    public Task<OwedFacts?> DueAsync(Address account, CancellationToken stop) => Task.FromResult<OwedFacts?>(Due(account));

    private static OwedFacts Due(Address account) =>
        OwedFacts.Of(AllOwed(account), new MarketAddresses(31337, 0, default, default, default, default, default, default, default, default, default, default));

    private static OwedAccount AllOwed(Address account) => account != Ada ? new OwedAccount(account, [], []) : new OwedAccount(
        account,
        [
            new Debt(DebtKind.Wage, new("job", 9), Money.Parse("21.33"), [new DebtCall("Claim the pay of job 9", new ContractCall(Account(40), [1, 2, 3, 4]))]) { CreditedBy = Account(40) },
            new Debt(DebtKind.Bond, new("proposal", 4), Money.Dollars(10), [new DebtCall("Return the bond of proposal 4", new ContractCall(Account(41), [5, 6, 7, 8]))]),
        ],
        [new Pending(DebtKind.Stake, new("worker", null), Money.Dollars(100), Now.AddDays(3), "the worker leaves; until then it can be slashed")]);

    private static Page<T> Slice<T>(T[] all, PageRequest page)
    {
        int from = page.After is { } after ? int.Parse(after) : 0;
        int to = Math.Min(all.Length, from + page.Limit);
        return new Page<T>([.. all.Skip(from).Take(page.Limit)], to < all.Length ? to.ToString() : null);
    }
}
