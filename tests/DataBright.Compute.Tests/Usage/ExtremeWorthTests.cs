using System.Buffers.Binary;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Worlds;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Compute.Usage;

/// <summary>Worths that are no number, or none that the ledger holds: what becomes of them is defined, and said in the evidence.</summary>
public sealed class ExtremeWorthTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    [InlineData(1.9e10)]
    public void A_worth_that_64_bits_do_not_hold_in_billionths_is_none(double worth) => JobValuation.Billionths(worth).ShouldBeNull();

    [Theory]
    [InlineData(0.0, 0ul)]
    [InlineData(double.Epsilon, 0ul)]
    [InlineData(double.MinValue, 0ul)]
    [InlineData(-1e-300, 0ul)]
    [InlineData(1e-9, 1ul)]
    [InlineData(1.5, 1_500_000_000ul)]
    [InlineData(1.8e10, 18_000_000_000_000_000_000ul)]
    public void A_worth_is_counted_in_whole_billionths(double worth, ulong billionths) =>
        JobValuation.Billionths(worth).ShouldBe(billionths);

    [Theory]
    [InlineData(1e18f)]
    [InlineData(1e30f)]
    [InlineData(3e38f)]
    public async Task Held_out_points_at_the_end_of_the_numbers_make_every_point_count_alike(float scale)
    {
        var blobs = new MemoryBlobStore();
        var plan = await TinyData.PlanAsync(blobs)
            with { HeldOut = await TinyData.StoreAsync(blobs, Scaled(TinyData.Shard(50, 3), scale)) };

        var evidence = await MeasureAsync(plan, blobs);

        evidence.Method.ShouldBe("points/1");
        evidence.Shards.Select(shard => shard.Worth).ShouldBe([40UL, 24UL]);
        UsageEvidence.Parse(evidence.ToBytes()).ToBytes().ShouldBe(evidence.ToBytes());
    }

    [Theory]
    [InlineData(1e-44f)]
    [InlineData(1e5f)]
    [InlineData(1e9f)]
    public async Task Points_of_any_size_have_a_worth_in_every_run_that_comes_to_an_end(float scale)
    {
        var blobs = new MemoryBlobStore();
        var plan = await TinyData.PlanAsync(blobs) with
        {
            Shards = [await TinyData.StoreAsync(blobs, Scaled(TinyData.Shard(40, 1), scale)),
                await TinyData.StoreAsync(blobs, TinyData.Shard(24, 2))],
        };

        UsageEvidence evidence;
        try
        {
            evidence = await MeasureAsync(plan, blobs);
        }
        catch (InvalidDataException diverged)
        {
            diverged.Message.ShouldContain("not finite");
            return;
        }
        UsageSheet.Divide(evidence.Job, new Money(UInt128.MaxValue), evidence.Shards.Select((shard, i) => (Account(i), shard.Worth)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_sheet_never_gives_more_than_there_is_whatever_the_worths(int seed)
    {
        var random = new Random(seed);
        ulong[] worths = [0, 1, 2, 1_000_000_007, ulong.MaxValue / 2, ulong.MaxValue - 1, ulong.MaxValue];
        UInt128[] parts = [0, 1, 999_999, ulong.MaxValue, UInt128.MaxValue - 1, UInt128.MaxValue];
        for (int round = 0; round < 500; round++)
        {
            var part = new Money(parts[random.Next(parts.Length)]);
            var sheet = UsageSheet.Divide(new JobId(ulong.MaxValue), part,
                Enumerable.Range(0, random.Next(6)).Select(_ => (Account(random.Next(4)), worths[random.Next(worths.Length)])));
            if (sheet is not null) sheet.Total.ShouldBeLessThanOrEqualTo(part);
        }
    }

    [Fact]
    public void A_run_that_measured_nothing_counts_as_zero_and_is_no_evaluation()
    {
        RunOutcome[] odd = [new("a", default, 1, 0), new("a", default, -1, 10), new("a", default, 11, 10),
            new("a", default, int.MinValue, int.MinValue)];
        foreach (var run in odd) new RunOutcomes([run]).Metric.ShouldBe(0u);
        new RunOutcomes([]).Metric.ShouldBe(0u);
        new RunOutcomes([new("a", default, 5, 10), odd[0]]).Metric.ShouldBe(250_000u);
        new RunOutcomes([new("a", default, int.MaxValue, int.MaxValue)]).Metric.ShouldBe(1_000_000u);
    }

    [Fact]
    public async Task An_evaluation_whose_figures_cannot_be_is_refused()
    {
        var blobs = new MemoryBlobStore();
        var tiny = await TinyData.PlanAsync(blobs);
        var plan = EvaluationPlan.For(
            new DatasetId(1), default, [tiny.Shards[0]], tiny.Shards[1], tiny.HeldOut, MeasurementTerms.Usual with { Pairs = 2 },
            TinyData.Model);
        var good = plan.Runs.Select(run => new RunOutcome(run.Name, default, 5, 10)).ToArray();
        MeasuredGain.Of(plan, tiny.Shards[1].Root, new RunOutcomes(good)).Gain.ShouldBe(0);
        foreach (var (correct, total) in new[] { (1, 0), (-1, 10), (11, 10) })
            Should.Throw<BadPlanException>(() => MeasuredGain.Of(plan, tiny.Shards[1].Root,
                new RunOutcomes([good[0] with { Correct = correct, Total = total }, .. good[1..]])));
    }

    private static Ethereum.Address Account(int number) => new([.. new byte[19], (byte)(number + 1)]);

    private static Shard Scaled(Shard shard, float scale)
    {
        var features = shard.Features.ToArray();
        for (int at = 0; at < features.Length; at += 4)
            BinaryPrimitives.WriteSingleLittleEndian(features.AsSpan(at),
                Math.Clamp(BinaryPrimitives.ReadSingleLittleEndian(features.AsSpan(at)) * scale, float.MinValue, float.MaxValue));
        return new Shard(shard.Schema, features, shard.Labels.ToArray());
    }

    private static async Task<UsageEvidence> MeasureAsync(JobPlan plan, IBlobStore blobs)
    {
        using var shards = new BlobShardSource(blobs);
        return await JobValuation.MeasureAsync(new JobId(1), plan, Money.Dollars(10), blobs, shards, 1,
            TestContext.Current.CancellationToken);
    }
}
