using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Compute.Hostile;

/// <summary>
/// A market in which somebody does everything wrong that can be done, all at once, and in which honest jobs end all the same.
/// </summary>
public sealed class HostileMarketTests
{
    private const int HonestJobs = 20;

    /// <summary>The waiting times that a scheduler has in earnest, where a turn is twenty seconds.</summary>
    private static readonly SchedulerTerms Terms = new()
    {
        LedgerInterval = TimeSpan.Zero,
        Seat = TimeSpan.FromSeconds(1),
        Lease = TimeSpan.FromSeconds(3),
        Reveal = TimeSpan.FromSeconds(1),
        Answer = TimeSpan.FromSeconds(3),
        Presence = TimeSpan.FromSeconds(2),
    };

    [Fact]
    public async Task Twenty_honest_jobs_end_in_at_most_half_again_their_time_whatever_others_do()
    {
        var (undisturbed, quiet, _) = await TurnsAsync(isHostile: false);
        var (disturbed, done, course) = await TurnsAsync(isHostile: true);

        quiet.ShouldBe(new Mischief(0, 0, 0, 0, 0, 0, 0));
        done.Seats.ShouldBeGreaterThan(HonestJobs, "leases that nobody came for, or that came to nothing");
        done.Commits.ShouldBeGreaterThan(0);
        done.Beats.ShouldBeGreaterThan(0);
        done.Convictions.ShouldBeGreaterThan(0, "the liar was caught");
        done.Refused.ShouldBe(5, "plans that are none");
        done.Failed.ShouldBe(0);
        done.Waiting.ShouldBeGreaterThan(40, "orders that pay nothing, and plans that nobody has");

        disturbed.ShouldBeLessThanOrEqualTo(undisturbed * 3 / 2, $"undisturbed it takes {undisturbed} turns; {course}");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What was really done to the market.</summary>
    /// <param name="Seats">Leases of the crowd's that were taken back.</param>
    /// <param name="Commits">Commitments to nonsense that were taken.</param>
    /// <param name="Beats">Signs of life, of one step a turn, that were taken.</param>
    private sealed record Mischief(int Seats, int Commits, int Beats, int Convictions, int Refused, int Failed, int Waiting);

    private static async Task<(int Turns, Mischief Done, string Course)> TurnsAsync(bool isHostile)
    {
        var liars = isHostile ? new Dictionary<int, ITaskExecutor> { [7] = Liars.InTraining(3) } : null;
        using var world = new World(workers: 8, executors: liars) { Terms = Terms };
        world.RestartScheduler();
        var (crowd, commits, beats) = (new List<ScriptedWorker>(), 0, 0);
        if (isHostile)
        {
            for (var i = 0; i < 3; i++)
            {
                crowd.Add(new ScriptedWorker(world, 5_000 + i));
                world.Ledger.Register(crowd[i].Key);
            }

            await HostileOrdersAsync(world);
        }

        foreach (var worker in world.Workers) await worker.TurnAsync();
        foreach (var puppet in crowd) await puppet.PollAsync();
        var plan = await TinyData.PlanAsync(world.Blobs) with
        {
            Partitions = 1, Rounds = 8, DataLimitBps = 10_000, Redundancy = 2, SchedulerFee = Money.Dollars(1),
        };
        var (jobs, ended) = (new List<JobId>(), new Dictionary<JobId, int>());
        for (var i = 0; i < HonestJobs; i++) jobs.Add(await world.OrderAsync(plan with { Version = Keccak.Hash([(byte)i]) }));

        for (var turn = 1; turn < 1_000; turn++)
        {
            await world.TurnAsync();
            var (committed, beaten) = await MisbehaveAsync(crowd, turn);
            (commits, beats) = (commits + committed, beats + beaten);
            world.Clock.Move(TimeSpan.FromSeconds(1));
            foreach (var job in jobs.Where(job => world.Host.Book.Find(job) is { IsOver: true })) ended.TryAdd(job, turn);
            if (jobs.All(job => world.Host.Book.Find(job) is { IsOver: true }))
            {
                jobs.ShouldAllBe(job => world.Host.Book.Find(job)!.Phase == JobPhase.Settled);
                var all = world.Ledger.All.Select(job => job.Terms.Id).ToList();
                var news = all.SelectMany(job => world.Store.Events(job, 0, 10_000)).ToList();
                var lost = news.Where(one => one.Kind == JobEventKind.Vacated).ToList();
                var done = new Mischief(
                    lost.Count(one => crowd.Any(puppet => puppet.Address == one.Worker)), commits, beats,
                    news.Count(one => one.Kind == JobEventKind.Convicted),
                    world.Store.Refusals().Count, world.Host.Book.All.Count(job => job.Phase == JobPhase.Failed),
                    all.Count(job => world.Host.Book.Find(job) is null && world.Store.Refusals().All(refused => refused.Job != job)));
                return (turn, done, $"{string.Join(" ", ended.Values)}: {string.Join(", ", lost.CountBy(one => one.Detail ?? ""))}");
            }
        }

        throw new TimeoutException(string.Join(" | ",
            jobs.Select(job => $"{world.Host.Book.Find(job)?.Phase} {world.Host.Book.Find(job)?.Problem}")));
    }

    /// <summary>Orders without plan, fee, sense or end, before everybody else's.</summary>
    private static async Task HostileOrdersAsync(World world)
    {
        var free = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 2, DataLimitBps = 10_000 };
        for (var i = 0; i < 40; i++) await world.OrderAsync(free with { Version = Keccak.Hash([(byte)i, 1]) }, dollars: 0);
        await world.OrderAsync(free with { Rounds = 9_000 });
        await world.OrderAsync(free with { Shards = [free.Shards[0], free.Shards[1] with { Cid = Cid.Raw(Digest.Of("no points"u8)) }] });
        foreach (var text in new[] { "", "null", "[]", "{\"runs\":[null]}", new string('[', 10_000) })
            Order(world, await world.Blobs.PutAsync(System.Text.Encoding.UTF8.GetBytes(text), Stop), world.Clock.GetUtcNow().AddDays(1));
        for (var i = 0; i < 20; i++) Order(world, Cid.Raw(Digest.Of([(byte)i])), world.Clock.GetUtcNow().AddDays(1));
        Order(world, Cid.Raw(free.Digest), DateTimeOffset.MaxValue);
    }

    private static void Order(World world, Cid plan, DateTimeOffset deadline) => world.Ledger.Order(new Ledger.JobTerms(
        default, world.BuyerKey.Address, world.SchedulerKey.Address, world.RefereeKey.Address, JobKind.Training, new DatasetId(1),
        plan.Hash, 3,
        Money.Dollars(1), deadline));

    /// <summary>One takes seats and never comes for them, one commits to nonsense and is silent, one makes a step a turn.</summary>
    /// <returns>How often the scheduler took that for honest.</returns>
    private static async Task<(int Commits, int Beats)> MisbehaveAsync(List<ScriptedWorker> crowd, int turn)
    {
        var (commits, beats) = (0, 0);
        for (var i = 0; i < crowd.Count; i++)
        {
            var puppet = crowd[i];
            foreach (var order in (await puppet.PollAsync(free: i == 0 && turn > 1 ? 0 : 4)).Start)
            {
                if (i == 1 && await puppet.CommitAsync(new Commit(order.Lease, order.Task, Hash32.Zero)) is null) commits++;
                if (i == 2 && await puppet.BeatAsync(order.Lease, 1 + turn % 3) is null) beats++;
            }
        }

        return (commits, beats);
    }
}
