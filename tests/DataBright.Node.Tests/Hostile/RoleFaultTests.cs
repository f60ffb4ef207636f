using DataBright.Compute.Hostile;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Generated;
using DataBright.Node.Configuration;
using DataBright.Node.Ledger;
using DataBright.Node.Roles;
using DataBright.Node.Uploads;
using DataBright.Storage;
using Microsoft.Extensions.Hosting;

namespace DataBright.Node.Tests.Hostile;

/// <summary>The other roles of a node, with every exception at every call of theirs.</summary>
public sealed class RoleFaultTests : IDisposable
{
    private static readonly MarketAddresses Market = MarketWords.AddressesAt(31337, 1, (_, _) => default);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("databright-role-faults");
    private readonly MeterTally _tally = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _tally.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Every_background_service_of_a_node_is_a_role_that_goes_on()
    {
        var others = typeof(NodeHost).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IHostedService)) && !type.IsAssignableTo(typeof(BackgroundRole)) && !type.IsAbstract);
        // The scheduler's has a life of its own: a scheduler that only looks alive lets its jobs lie.
        others.Select(type => type.Name).ShouldBe(["SchedulerRole"]);
    }

    [Fact]
    public async Task Whatever_a_role_throws_is_told_once_and_the_role_goes_on_with_growing_pauses()
    {
        foreach (var fault in Faults.Tried)
        {
            var clock = new TimerClock();
            var log = new LogLines<TestRole>();
            using var role = new TestRole(fault, clock, log);
            await role.StartAsync(Stop);
            await clock.UntilAsync(() => role.Runs == 6 || role.ExecuteTask!.IsCompleted);

            role.ExecuteTask!.IsCompleted.ShouldBeFalse(fault.Name);
            log.Count(fault.Reason).ShouldBe(1, fault.Name);
            log.All.Single().ShouldStartWith("Testing failed and is tried again");
            await role.StopAsync(Stop);
        }
    }

    [Fact]
    public async Task Whatever_the_chain_answers_the_ledger_is_followed_again_afterwards()
    {
        foreach (var fault in Faults.Tried)
        {
            var clock = new TimerClock();
            var log = new LogLines<LedgerFollower>();
            using var chain = new EmptyChain();
            using var http = new HttpClient(chain);
            using var index = LedgerIndex.Open(Path.Combine(_folder.FullName, "index.db"), Market);
            var head = new ChainHead();
            var client = new EthereumClient(new JsonRpcClient(http, new Uri("http://127.0.0.1:1"), new JsonRpcOptions { Attempts = 1 },
                clock), Errors.Table);
            using var role = new LedgerFollower(index, client, head, new LedgerPulse(), _tally, clock, log);
            await role.StartAsync(Stop);
            await clock.UntilAsync(() => head.Number == 0);

            var asked = chain.Asked;
            chain.Fault = fault;
            await clock.UntilAsync(() => chain.Asked > asked + 3 || role.ExecuteTask!.IsCompleted);
            role.ExecuteTask!.IsCompleted.ShouldBeFalse(fault.Name);
            head.Number.ShouldBeNull(fault.Name);
            log.Count("cannot be followed now").ShouldBe(1, $"{fault}: {string.Join(" | ", log.All)}");

            chain.Fault = null;
            await clock.UntilAsync(() => head.Number == 0);
            await clock.UntilAsync(() => log.Count("followed again") == 1);
            await role.StopAsync(Stop);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_swept_away_keeps_no_other()
    {
        Cid failing = Cid.Raw(Digest.Of("one"u8)), other = Cid.Raw(Digest.Of("two"u8));
        foreach (var method in (string[])[nameof(IBlobStore.ExpiredAsync), nameof(IBlobStore.KeepAsync),
            nameof(IBlobStore.RemoveExpiredAsync)])
            foreach (var fault in Faults.Tried)
            {
                var clock = new TimerClock();
                var log = new LogLines<UploadSweeper>();
                var isOver = false;
                var expired = new Expired(failing, other);
                var temporary = FaultySeam<IBlobStore>.Before(expired, (called, args) =>
                    !isOver && called.Name == method && (args[0] is not Cid cid || cid == failing) ? fault.Make() : null);
                var named = new Named(method == nameof(IBlobStore.KeepAsync) ? [failing, other] : []);
                var unusedLog = new LogLines<UnusedUploads>();
                using var room = new UploadManager(new UploadFiles(Path.Combine(_folder.FullName, "uploads")), new UploadTerms(), temporary,
                    clock, _ => long.MaxValue);
                using var role = new UploadSweeper(room, new UnusedUploads(temporary, named, clock, unusedLog), clock, log);
                await role.StartAsync(Stop);
                if (method != nameof(IBlobStore.ExpiredAsync)) await clock.UntilAsync(() => !expired.Has(other), TimeSpan.FromMinutes(1));
                await clock.UntilAsync(() => log.Count(fault.Reason) + unusedLog.Count(fault.Reason) > 0, TimeSpan.FromMinutes(1));
                clock.Move(TimeSpan.FromHours(3));
                (log.Count(fault.Reason) + unusedLog.Count(fault.Reason)).ShouldBe(1, $"{method}, {fault}");
                role.ExecuteTask!.IsCompleted.ShouldBeFalse($"{method}, {fault}");

                isOver = true;
                await clock.UntilAsync(() => !expired.Has(failing) && !expired.Has(other), TimeSpan.FromMinutes(10));
                await role.StopAsync(Stop);
            }
    }

    private sealed class TestRole(Fault fault, TimeProvider clock, LogLines<TestRole> log) : BackgroundRole("Testing", clock, log)
    {
        public int Runs { get; private set; }

        protected override async Task RunAsync(CancellationToken stop)
        {
            if (++Runs > 5) await Task.Delay(Timeout.Infinite, stop);
            fault.Throw();
        }
    }

    /// <summary>A store with nothing but files whose time is over.</summary>
    private sealed class Expired(params Cid[] all) : PassingBlobs(new MemoryBlobStore())
    {
        private readonly HashSet<Cid> _all = [.. all];

        public bool Has(Cid cid)
        {
            lock (_all) return _all.Contains(cid);
        }

        public override Task<IReadOnlyList<Cid>> ExpiredAsync(DateTimeOffset now, CancellationToken stop)
        {
            lock (_all) return Task.FromResult<IReadOnlyList<Cid>>([.. _all]);
        }

        public override Task KeepAsync(Cid cid, CancellationToken stop) => RemoveExpiredAsync(cid, default, stop);

        public override Task<bool> RemoveExpiredAsync(Cid cid, DateTimeOffset now, CancellationToken stop)
        {
            lock (_all) return Task.FromResult(_all.Remove(cid));
        }
    }

    private sealed class Named(IReadOnlyCollection<Cid> named) : INamedFiles
    {
        public Task<ulong?> BlockAsync(CancellationToken stop) => Task.FromResult<ulong?>(1);

        public Task<IReadOnlySet<Cid>?> AmongAsync(IReadOnlyCollection<Cid> files, CancellationToken stop) =>
            Task.FromResult<IReadOnlySet<Cid>?>(files.Intersect(named).ToHashSet());
    }
}
