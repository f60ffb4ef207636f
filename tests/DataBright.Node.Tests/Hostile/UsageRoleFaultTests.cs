using DataBright.Compute.Hostile;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Usage;
using DataBright.Node.Scheduler;
using Microsoft.Extensions.Hosting;

namespace DataBright.Node.Tests.Hostile;

/// <summary>Every call of the roles that post usage dividends and rule on them ends with every exception.</summary>
public sealed class UsageRoleFaultTests : IDisposable
{
    private static readonly JobId Failing = new(1);
    private static readonly JobId Other = new(2);

    private readonly MeterTally _tally = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Methods => [.. FaultySeam<IUsageActs>.Methods];

    public void Dispose() => _tally.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Whatever_a_call_ends_with_the_other_job_ends_and_this_one_ends_afterwards(string method)
    {
        // A failure that lasts costs a trial its ten attempts; a part of them is enough for what follows from it.
        var faults = Faults.TriedAt(FaultySeam<IUsageActs>.Methods.ToList().IndexOf(method));
        foreach (var once in (bool[])[true, false])
            foreach (var fault in faults.Where((_, number) => once || number % 3 == 0))
            {
                var clock = new TimerClock();
                var acts = new MemoryActs(clock, TimeSpan.FromHours(1));
                var (calls, isOver) = (0, false);
                var seam = FaultySeam<IUsageActs>.Before(acts, (called, args) =>
                    !isOver && called.Name == method && (args[0] is not JobId job || job == Failing)
                        && (++calls == 1 || !once || args[0] is not JobId && calls <= 3) ? fault.Make() : null);
                var isRuling = method is nameof(IUsageActs.NewsAsync) or nameof(IUsageActs.RuleAsync);
                if (isRuling) acts.Challenge(Failing, Other);
                var isOfAll = method is nameof(IUsageActs.NewsAsync);
                var (role, log) = Start(isRuling, seam, clock);

                if (!isOfAll || once)
                    await clock.UntilAsync(() => acts.IsDone(Other) || role.ExecuteTask!.IsCompleted, TimeSpan.FromSeconds(30));
                else await clock.UntilAsync(() => calls > 5 || role.ExecuteTask!.IsCompleted, TimeSpan.FromSeconds(30));
                role.ExecuteTask!.IsCompleted.ShouldBeFalse($"{method}, {fault}: the role ended");
                if (!once && !isOfAll) await clock.UntilAsync(() => calls > 4, TimeSpan.FromMinutes(1));
                // The other job may be done before the failure of this one is told.
                await clock.UntilAsync(() => log.Count(fault.Reason) > 0 || role.ExecuteTask!.IsCompleted, TimeSpan.FromSeconds(30));
                log.Count(fault.Reason).ShouldBeInRange(1, 2,
                    $"{method}, {fault}: told once, and at the end. {string.Join(" | ", log.All)}");

                isOver = true;
                await role.StopAsync(Stop);
                (role, _) = Start(isRuling, seam, clock);
                await clock.UntilAsync(() => acts.IsDone(Failing) && acts.IsDone(Other), TimeSpan.FromSeconds(30));
                await role.StopAsync(Stop);
            }
    }

    [Fact]
    public async Task The_ledger_is_asked_when_it_matters_and_not_every_second()
    {
        var clock = new TimerClock();
        var acts = new MemoryActs(clock, TimeSpan.FromDays(1));
        var asked = 0;
        var (role, _) = Start(isRuling: false, FaultySeam<IUsageActs>.Before(acts, (_, _) =>
        {
            Interlocked.Increment(ref asked);
            return null;
        }), clock);
        await clock.UntilAsync(() => acts.IsPosted(Other) && acts.IsPosted(Failing));
        await clock.UntilAsync(() => acts.IsDone(Other) && acts.IsDone(Failing), TimeSpan.FromSeconds(20));

        // For each job: four calls to post, two that find the window open, three to confirm and two that find it final.
        await clock.UntilAsync(() => Volatile.Read(ref asked) >= 22);
        for (var hour = 0; hour < 3; hour++) await clock.UntilAsync(Passed(clock, TimeSpan.FromHours(1)), TimeSpan.FromMinutes(5));
        asked.ShouldBe(22, "the window is a whole day, and what is final is not asked for again");
        await role.StopAsync(Stop);
    }

    [Fact]
    public async Task A_valuation_that_does_not_lead_to_what_was_settled_is_given_up_and_shown()
    {
        var clock = new TimerClock();
        var acts = new MemoryActs(clock, TimeSpan.FromDays(1));
        var tries = 0;
        var (role, log) = Start(isRuling: false, FaultySeam<IUsageActs>.Before(acts, (called, args) =>
            called.Name == nameof(IUsageActs.PostAsync) && args[0] is JobId job && job == Failing && ++tries > 0
                ? new InvalidDataException("Training job 1 once more came to 0x12; 0x34 was settled.") : null), clock);

        await clock.UntilAsync(() => log.Count("is given up") == 1, TimeSpan.FromMinutes(1));
        await clock.UntilAsync(() => acts.IsDone(Other), TimeSpan.FromMinutes(1));

        tries.ShouldBe(10);
        log.Count("came to 0x12").ShouldBe(2);
        _tally.Look()["databright.usage.given_up{work=posting}"].ShouldBe(1);
        await role.StopAsync(Stop);
    }

    [Fact]
    public async Task A_call_that_hangs_about_one_job_holds_up_no_other()
    {
        var clock = new TimerClock();
        var acts = new MemoryActs(clock, TimeSpan.FromDays(1));
        var (role, log) = Start(isRuling: false,
            FaultySeam<IUsageActs>.Before(acts, (_, _) => null, (_, args) => args[0] is JobId job && job == Failing), clock);
        await clock.UntilAsync(() => acts.IsDone(Other), TimeSpan.FromSeconds(30));
        await clock.UntilAsync(() => log.Count("did not end within") == 1, TimeSpan.FromMinutes(5));
        await role.StopAsync(Stop);
    }

    private static Func<bool> Passed(TimerClock clock, TimeSpan time)
    {
        var end = clock.GetUtcNow() + time;
        return () => clock.GetUtcNow() >= end;
    }

    private (BackgroundService Role, LogLines<UsagePostingRole> Log) Start(bool isRuling, IUsageActs acts, TimeProvider clock)
    {
        var log = new LogLines<UsagePostingRole>();
        BackgroundService role = isRuling
            ? new UsageRulingRole(1, acts, _tally, clock, new Renamed<UsageRulingRole, UsagePostingRole>(log))
            : new UsagePostingRole(() => [Failing, Other], acts, _tally, clock, log);
        role.StartAsync(Stop).GetAwaiter().GetResult();
        return (role, log);
    }

    private sealed class Renamed<T, TOther>(LogLines<TOther> log) : Microsoft.Extensions.Logging.ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel level, Microsoft.Extensions.Logging.EventId id, TState state,
            Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Log(level, id, state, exception, formatter);
    }

    /// <summary>The ledger, as far as these roles see it.</summary>
    private sealed class MemoryActs(TimeProvider clock, TimeSpan window) : IUsageActs
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<JobId, Market.Usage.UsagePosting> _postings = [];
        private readonly HashSet<JobId> _ruled = [];
        private JobId[] _challenged = [];

        public bool IsPosted(JobId job)
        {
            lock (_gate) return _postings.ContainsKey(job);
        }

        public bool IsDone(JobId job)
        {
            lock (_gate) return _ruled.Contains(job) || _postings.GetValueOrDefault(job)?.State == UsageState.Final;
        }

        public void Challenge(params JobId[] jobs) => _challenged = jobs;

        public Task<Market.Usage.UsagePosting?> FindAsync(JobId job, CancellationToken stop)
        {
            lock (_gate) return Task.FromResult(_postings.GetValueOrDefault(job));
        }

        public Task<Money> KeptAsync(JobId job, CancellationToken stop) => Task.FromResult(Money.Dollars(1));

        public Task<UsageSheet?> PostAsync(JobId job, CancellationToken stop)
        {
            lock (_gate) _postings[job] = new(job, UsageState.Posted, default, null, clock.GetUtcNow() + window, default, Money.Dollars(1));
            return Task.FromResult<UsageSheet?>(new UsageSheet(job,
                [(Address.Parse("0x00000000000000000000000000000000000000aa"), Money.Dollars(1))]));
        }

        public Task ConfirmAsync(JobId job, CancellationToken stop)
        {
            lock (_gate) _postings[job] = _postings[job] with { State = UsageState.Final };
            return Task.CompletedTask;
        }

        public Task<UsageNews?> NewsAsync(LogCursor after, CancellationToken stop) =>
            Task.FromResult(after.Next > 9 ? null : new UsageNews(_challenged, IsTurnChanged: false, after with { Next = 10 }));

        public Task<bool> MayPostAsync(JobId job, CancellationToken stop) => Task.FromResult(true);

        public Task<bool?> RuleAsync(JobId job, CancellationToken stop)
        {
            lock (_gate) return Task.FromResult<bool?>(_ruled.Add(job) ? true : null);
        }
    }
}
