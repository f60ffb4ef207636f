using System.Net;
using System.Net.Http.Headers;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Scheduler;
using DataBright.Storage;

namespace DataBright.Compute.Http;

/// <summary>The same market over real sockets: a scheduler, a referee and workers that share nothing but HTTP and the ledger.</summary>
public sealed class HttpTests
{
    [Fact]
    public async Task Scheduler_referee_and_workers_talk_over_HTTP_and_a_liar_among_them_is_convicted()
    {
        await using var market = await HttpMarket.OpenAsync();
        await using var workers = await market.StartAsync(6, liar: 2);
        var job = await market.OrderAsync();

        var over = await market.WaitAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        market.Ledger.Find(job)!.Convicted.ShouldBe([World.Key(1002).Address]);
        market.Ledger.SettlementOf(job)!.Receipts.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_leave_gives_back_what_it_has_not_begun_and_answers_for_what_it_has()
    {
        await using var market = await HttpMarket.OpenAsync();
        await using var workers = await market.StartAsync(2, liar: -1);
        using var drain = new CancellationTokenSource();
        var leaver = World.Key(1900);
        market.Ledger.Register(leaver);
        using var engine = market.Worker(leaver);
        await HttpMarket.FirstTurnAsync(engine);
        var running = engine.RunAsync(drain.Token, TestContext.Current.CancellationToken);
        var job = await market.OrderAsync(rounds: 12);

        await foreach (var news in market.WatchAsync(job))
            if (news.Kind == JobEventKind.Committed && news.Worker == leaver.Address) break;
        await using var others = await market.StartAsync(2, liar: -1, from: 2);
        await drain.CancelAsync();
        await running;
        var over = await market.WaitAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        over.Settlement!.Pay.ShouldContain(share => share.Worker == leaver.Address);
        over.Tasks.Values.Last(task => !task.Key.IsClosing).Copies.ShouldNotContain(copy => copy.Worker == leaver.Address);
        market.News(job).Where(news => news.Kind == JobEventKind.Vacated && news.Worker == leaver.Address)
            .ShouldAllBe(news => news.Detail == "leaves" || news.Detail == "is not there");
    }

    [Fact]
    public async Task What_happens_in_a_job_can_be_followed_live_and_read_again_from_any_event()
    {
        await using var market = await HttpMarket.OpenAsync();
        await using var workers = await market.StartAsync(6, liar: 2);
        var job = await market.OrderAsync();
        await market.WaitAsync(job);

        var text = await market.Http.GetStringAsync($"compute/jobs/{job}/events", TestContext.Current.CancellationToken);
        var kinds = text.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal))
            .Select(line => line["event: ".Length..]).ToList();
        kinds.First().ShouldBe("Offered");
        kinds.Last().ShouldBe("Settled");
        kinds.ShouldContain("Convicted");
        var again = await market.Http.GetStringAsync($"compute/jobs/{job}/events?after=3", TestContext.Current.CancellationToken);
        again.ShouldBe(text[text.IndexOf("id: 4\n", StringComparison.Ordinal)..]);
    }

    [Fact]
    public async Task Malformed_requests_get_one_clear_problem_each()
    {
        using var key = World.Key(1000);
        await using var market = await HttpMarket.OpenAsync(key);
        var job = await market.OrderAsync();
        var wire = new HttpSchedulerWire(market.Http);
        var domain = await wire.DomainAsync(TestContext.Current.CancellationToken);
        domain.ShouldBe(market.Ledger.Domain);

        (await market.PostAsync("poll", [], "text/plain")).ShouldBe((HttpStatusCode.BadRequest, Refusal.Malformed));
        (await market.PostAsync("poll", [])).ShouldBe((HttpStatusCode.BadRequest, Refusal.Malformed));
        (await market.PostAsync("poll", new byte[100])).Item1.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest);
        (await market.PostAsync("poll", [.. Frame(MessageKind.Poll, "[]"u8.ToArray())]))
            .ShouldBe((HttpStatusCode.BadRequest, Refusal.Malformed));
        (await market.PostAsync("poll", [.. Frame(MessageKind.Poll, "{\"at\":1}"u8.ToArray())]))
            .ShouldBe((HttpStatusCode.BadRequest, Refusal.Malformed));
        (await market.PostAsync("commit", [.. Frame(MessageKind.Commit, new byte[SignedMessage.MaxBytes + 1])]))
            .ShouldBe((HttpStatusCode.RequestEntityTooLarge, Refusal.TooLarge));
        var poll = CanonicalJson.Write(new Poll(TimeProvider.System.GetUtcNow(), 1, [], [], 0));
        (await market.PostAsync("poll", Frame(MessageKind.Commit, poll))).ShouldBe((HttpStatusCode.Forbidden, Refusal.UnknownWorker),
            "a signature of another kind of message is somebody else's");
        (await market.PostAsync("poll", Frame(MessageKind.Poll, poll)[..^1])).ShouldBe((HttpStatusCode.BadRequest, Refusal.Malformed));
        var stale = CanonicalJson.Write(new Poll(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1), 1, [], [], 0));
        (await market.PostAsync("poll", Frame(MessageKind.Poll, stale))).ShouldBe((HttpStatusCode.Unauthorized, Refusal.Stale));
        var unknown = CanonicalJson.Write(new Commit(new LeaseId(new JobId(99), 1), new TaskKey(0, 0, 0), Hash32.Zero));
        (await market.PostAsync("commit", Frame(MessageKind.Commit, unknown))).ShouldBe((HttpStatusCode.NotFound, Refusal.UnknownJob));

        byte[] Frame(MessageKind kind, byte[] body)
        {
            using var frame = new MemoryStream();
            SignedFrame.WriteAsync(frame, SignedMessage.Sign(kind, body, domain, key), Attachment.None, CancellationToken.None).IsCompleted
                .ShouldBeTrue();
            return frame.ToArray();
        }
    }

    [Fact]
    public async Task A_poll_is_held_back_until_there_is_something_to_do()
    {
        using var key = World.Key(1000);
        await using var market = await HttpMarket.OpenAsync(key);
        var wire = new HttpSchedulerWire(market.Http);
        var poll = SignedMessage.Create(MessageKind.Poll, new Poll(TimeProvider.System.GetUtcNow(), 1, [], [], 20_000),
            market.Ledger.Domain, key);

        var waiting = wire.PollAsync(poll, TestContext.Current.CancellationToken);
        await market.OrderAsync(redundancy: 1);
        var orders = await waiting;

        orders.Start.Count.ShouldBe(1);
    }
}

/// <summary>A scheduler and a referee behind two web servers of their own, over a ledger in memory.</summary>
internal sealed class HttpMarket : IAsyncDisposable
{
    private static readonly Uri Anywhere = new("http://127.0.0.1:0");
    private readonly MemoryBlobStore _blobs = new();
    private readonly EthereumKey _scheduler = World.Key(1), _referee = World.Key(2), _buyer = World.Key(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("databright-http-").FullName;
    private readonly List<WebServer> _servers = [];
    private readonly SocketsHttpHandler _handler = new();
    private SchedulerHost _host = null!;
    private SqliteSchedulerStore _store = null!;

    public MemoryJobLedger Ledger { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    /// <param name="registered">Workers that are registered before the scheduler first asks: it asks again only after a while.</param>
    public static async Task<HttpMarket> OpenAsync(params EthereumKey[] registered)
    {
        var market = new HttpMarket { Ledger = new MemoryJobLedger(World.Key(1).Address) };
        foreach (var worker in registered) market.Ledger.Register(worker);
        var view = new MemoryJobLedgerView(market.Ledger);
        var referee = new Referee(market._referee, view, market._blobs, new BlobShardSource(market._blobs));
        market._servers.Add(await WebServer.StartAsync(Anywhere, app => app.MapReferee(referee)));
        market._store = SqliteSchedulerStore.Open(Path.Combine(market._folder, "scheduler.db"));
        market._host = new SchedulerHost(
            market._scheduler, view, market._store, market._blobs, new BlobShardSource(market._blobs),
            new HttpReferee(market.Client(market._servers[0].Address)), () => Keccak.Hash("chance"u8), TimeProvider.System,
            // On a busy machine nobody loses a task for being slow.
            new SchedulerTerms { LedgerInterval = TimeSpan.FromMilliseconds(50), Lease = TimeSpan.FromMinutes(5) });
        market._servers.Add(await SchedulerServer.StartAsync(market._host, Anywhere));
        market.Http = market.Client(market._servers[1].Address);
        return market;
    }

    public async Task<JobId> OrderAsync(int redundancy = 3, int rounds = 2)
    {
        var plan = await TinyData.PlanAsync(_blobs)
            with { DataLimitBps = 10_000, Redundancy = redundancy, Rounds = rounds, Partitions = redundancy == 1 ? 1 : 2 };
        await _blobs.PutAsync(plan.ToJson(), CancellationToken.None);
        return Ledger.Order(plan, _buyer.Address, _referee.Address, Money.Dollars(90),
            TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1));
    }

    public WorkerEngine Worker(EthereumKey key, ITaskExecutor? executor = null) =>
        new(key, new HttpSchedulerWire(Http), new WorkFolder(Path.Combine(_folder, key.Address.ToString())),
            executor ?? new HonestExecutor(), TimeProvider.System, new WorkerOptions { PollWait = TimeSpan.FromSeconds(5) });

    public async IAsyncEnumerable<JobEvent> WatchAsync(JobId job)
    {
        while (_host.Book.Find(job) is null) await _host.Book.Change.WaitAsync(TimeSpan.FromSeconds(60));
        await foreach (var news in _host.Book.WatchAsync(job, 0, TestContext.Current.CancellationToken)) yield return news;
    }

    public IReadOnlyList<JobEvent> News(JobId job) => _store.Events(job, 0, 10_000);

    /// <summary>Starts workers and returns when the scheduler has heard of all of them.</summary>
    public async Task<WorkerFleet> StartAsync(int count, int liar, int from = 0)
    {
        var fleet = new WorkerFleet();
        for (var i = from; i < from + count; i++)
        {
            var key = World.Key(1000 + i);
            Ledger.Register(key);
            var worker = Worker(key, i == liar ? Liars.InTraining(3) : null);
            await FirstTurnAsync(worker);
            fleet.Add(worker);
        }

        return fleet;
    }

    /// <summary>A worker that has just registered is known when the scheduler asks the ledger next.</summary>
    public static async Task FirstTurnAsync(WorkerEngine worker)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await worker.TurnAsync(TimeSpan.Zero, takesWork: true, TestContext.Current.CancellationToken);
                return;
            }
            catch (ProtocolException unknown) when (unknown.Refusal == Refusal.UnknownWorker && attempt < 100)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    public async Task<SchedulerJob> WaitAsync(JobId job)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        // A seat that somebody left in the wrong moment is given to others only when its lease is over.
        patience.CancelAfter(TimeSpan.FromMinutes(4));
        while (true)
        {
            var change = _host.Book.Change;
            if (_host.Book.Find(job) is { IsOver: true } over) return over;
            await change.WaitAsync(patience.Token);
        }
    }

    public async Task<(HttpStatusCode, Refusal?)> PostAsync(string route, byte[] body, string contentType = SignedFrame.ContentType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var response = await Http.PostAsync($"compute/{route}", content);
        return (response.StatusCode,
            RefusalProblem.Find(response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync())?.Refusal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.AsEnumerable().Reverse()) await server.DisposeAsync();
        _store.Dispose();
        _handler.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private HttpClient Client(Uri url) => new(_handler, disposeHandler: false) { BaseAddress = url };
}

/// <summary>Workers that run until they are disposed.</summary>
internal sealed class WorkerFleet : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    public void Add(WorkerEngine worker) => _running.Add(worker.RunAsync(CancellationToken.None, _stop.Token));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }
}
