using System.Text;
using System.Text.Json.Nodes;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Hostile;

/// <summary>
/// Plans with figures at the ends of their ranges: each is read or refused, by one kind of error, and what is read can be reckoned with.
/// </summary>
public sealed class PlanLimitTests
{
    private static readonly string[] Figures = ["0", "-1", "1", "2", "3", "255", "65536", "1000000", "1073741824", "2147483647",
        "-2147483648", "2147483648", "9223372036854775807", "18446744073709551615", "1e400", "-0.0", "1.5", "null", "\"1\"", "[]",
        "{}", "true"];

    [Fact]
    public async Task Every_figure_of_a_plan_at_every_extreme_is_read_or_refused_and_nothing_overflows()
    {
        var text = Encoding.UTF8.GetString((await TinyData.PlanAsync(new MemoryBlobStore()) with { OrderSeed = 1 }).ToJson());
        var tried = 0;
        foreach (var place in Places(JsonNode.Parse(text)!))
            foreach (var figure in Figures)
            {
                var bytes = Encoding.UTF8.GetBytes(With(text, place, figure));
                Reckon(bytes);
                tried++;
            }

        tried.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public async Task Pairs_of_extreme_figures_are_read_or_refused()
    {
        var plan = await TinyData.PlanAsync(new MemoryBlobStore());
        int[] extremes = [1, 2, 1000, 1_000_000, int.MaxValue];
        foreach (var batch in extremes)
            foreach (var epochs in extremes)
                foreach (var count in extremes)
                    foreach (var parts in extremes)
                        foreach (var rounds in extremes)
                            Reckon((plan with
                            {
                                BatchSize = batch, EpochsPerRound = epochs, Partitions = parts, Rounds = rounds,
                                Shards = [plan.Shards[0] with { Count = count }, plan.Shards[1]],
                                HeldOut = plan.HeldOut with { Count = count },
                            }).ToJson());
    }

    [Fact]
    public async Task A_plan_whose_state_would_not_fit_into_memory_is_refused()
    {
        var plan = await TinyData.PlanAsync(new MemoryBlobStore());
        var huge = new Architecture("huge", new ExampleShape(4, 1, 1),
            [new Dense("a", 16_000), new Dense("b", 16_000), new Dense("out", 2)]);

        Should.Throw<BadPlanException>(() => JobPlan.Parse((plan with { Architecture = huge }).ToJson())).Message
            .ShouldContain("Use a smaller architecture");
    }

    [Fact]
    public async Task A_plan_with_as_many_shards_runs_and_partitions_as_fit_is_reckoned_with_in_few_steps()
    {
        var plan = await TinyData.PlanAsync(new MemoryBlobStore());
        var shards = Enumerable.Range(0, 1_200)
            .Select(i => new ShardReference(Keccak.Hash(BitConverter.GetBytes(i)), 1_000_000, plan.Shards[0].Cid)).ToArray();
        var large = plan with { Shards = shards, Partitions = 9_999, Rounds = 1, BatchSize = 65_536, DataLimitBps = 1,
            Runs = [new RunPlan("main", 1, [.. Enumerable.Range(0, shards.Length)])] };
        large.ToJson().Length.ShouldBeLessThan(JobPlan.MaxBytes);

        Reckon(large.ToJson()).ShouldBeTrue();
    }

    [Fact]
    public async Task Lists_hold_no_nulls()
    {
        var text = Encoding.UTF8.GetString((await TinyData.PlanAsync(new MemoryBlobStore())).ToJson());
        foreach (var list in new[] { "runs", "shards" })
        {
            var node = JsonNode.Parse(text)!;
            node[list]!.AsArray().Add((JsonNode?)null);
            Should.Throw<BadPlanException>(() => JobPlan.Parse(Encoding.UTF8.GetBytes(node.ToJsonString()))).Message.ShouldContain("null");
        }
    }

    [Fact]
    public async Task The_largest_pay_is_divided_without_a_wrong_digit()
    {
        var plan = await TinyData.PlanAsync(new MemoryBlobStore()) with { EpochsPerRound = 1_000_000 };
        var pay = new Money((UInt128.One << 96) - 1);
        var sheet = new PayPlan(plan, pay);
        var sum = plan.Tasks().Aggregate(System.Numerics.BigInteger.Zero,
            (total, task) => total + (System.Numerics.BigInteger)sheet.For(task).Units * plan.Redundancy);

        (pay.Units - (UInt128)sum).ShouldBeLessThan((UInt128)(plan.Tasks().Count() * plan.Redundancy));
        sheet.Least.ShouldBe(plan.Tasks().Select(sheet.For).MinBy(money => money.Units));
    }

    /// <summary>
    /// Training by steps is long whatever the points, and measuring a small held-out set short: the closing task pays what a worker takes.
    /// </summary>
    [Fact]
    public async Task The_seal_of_an_evaluation_pays_an_eighth_of_a_task_at_least()
    {
        var tiny = await TinyData.PlanAsync(new MemoryBlobStore());
        var plan = EvaluationPlan.For(new DatasetId(1), default, [tiny.Shards[0]], tiny.Shards[1], tiny.HeldOut, MeasurementTerms.Usual,
            TinyData.Model);
        var sheet = new PayPlan(plan, Money.Dollars(3));
        sheet.For(TaskKey.Closing).Units.ShouldBeInRange(sheet.For(new TaskKey(0, 0, 0)).Units / 8 - 1,
            sheet.For(new TaskKey(0, 0, 0)).Units / 8 + 1);
        sheet.For(new TaskKey(0, 0, 0)).ShouldBe(sheet.For(new TaskKey(1, 0, 0)), "both sides take as many steps");
        sheet.Least.ShouldBe(sheet.For(TaskKey.Closing));
        sheet.Least.ShouldBeGreaterThan(Money.Parse("0.01"));
    }

    /// <returns>Whether the bytes are a plan.</returns>
    private static bool Reckon(byte[] bytes)
    {
        JobPlan plan;
        try
        {
            plan = JobPlan.Parse(bytes);
        }
        catch (BadPlanException)
        {
            return false;
        }

        TaskSteps.MaxStateBytes(plan).ShouldBePositive();
        foreach (var task in plan.Tasks().Take(3).Append(TaskKey.Closing)) TaskSteps.Of(plan, task).ShouldBeInRange(1, 4_000_000);
        _ = DataLimit.OperatorsNeeded(plan);
        _ = new PayPlan(plan, Money.Dollars(1_000_000_000) + plan.SchedulerFee).Least;
        return true;
    }

    private static IEnumerable<string> Places(JsonNode node) => node switch
    {
        JsonObject properties => properties.SelectMany(property => property.Value is null ? [] : Places(property.Value))
            .Prepend(node.GetPath()),
        JsonArray items => items.SelectMany(item => item is null ? [] : Places(item)).Prepend(node.GetPath()),
        _ => [node.GetPath()],
    };

    private static string With(string text, string place, string figure)
    {
        var root = JsonNode.Parse(text)!;
        if (place == "$") return figure;
        const string Mark = "put it here";
        var at = Find(root, place);
        at.ReplaceWith(Mark);
        return root.ToJsonString().Replace($"\"{Mark}\"", figure, StringComparison.Ordinal);
    }

    private static JsonNode Find(JsonNode node, string path)
    {
        if (node.GetPath() == path) return node;
        var inner = node switch
        {
            JsonObject properties => properties.Select(property => property.Value),
            JsonArray items => items,
            _ => [],
        };
        return Find(
            inner.First(item => item is not null
                && (path == item.GetPath() || path.StartsWith(item.GetPath() + ".", StringComparison.Ordinal)
                    || path.StartsWith(item.GetPath() + "[", StringComparison.Ordinal)))!, path);
    }
}
