using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Watching;
using DataBright.Compute.Http;
using DataBright.Compute.Workers;
using DataBright.Demo;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Watching;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Processes;

namespace DataBright.Cli.Workers;

/// <summary>Works for a market until it is told to stop; then finishes what it owes and leaves.</summary>
internal sealed class StartCommand : Verb
{
    private readonly Option<Uri?> _market = SchedulerNode.Option();
    private readonly Option<int> _concurrency;
    private readonly Option<int> _threads;
    private readonly Option<Uri?> _rpc = ChainOptions.Rpc();
    private readonly KeyOptions _key;
    private readonly WatchFlags _watch;
    private readonly Option<bool> _endWithParent = ParentWatch.Option();
    private readonly LieOptions _lie;

    public StartCommand()
        : base("start", "Compute for a market and be paid for it; Ctrl-C finishes what is owed and leaves",
            "worker start --market http://127.0.0.1:7007 --key ada")
    {
        Options.Add(_market);
        _concurrency = TakeOr("--concurrency", 1, text => Parsing.Whole(text, 1, 256), "Tasks at the same time", "N");
        _threads = TakeOr("--threads", 1, text => Parsing.Whole(text, 1, 256),
            "Threads for each task; the result does not depend on it", "N");
        Options.Add(_rpc);
        _key = KeyOptions.AddTo(this, "A worker decrypts its data and signs every result without asking anybody", spends: true);
        _watch = WatchFlags.AddTo(this);
        Options.Add(_endWithParent);
        _lie = LieOptions.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        using var parent = ParentWatch.Begin(arguments.GetValue(_endWithParent), CancellationToken.None);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(parent.Token, stop);
        var home = HomeFolder.Of(arguments);
        output = _watch.Notes(arguments, output);
        await using var watch = await _watch.StartAsync(arguments, any.Token);
        var market = arguments.GetValue(_market) ?? RunningNode.Find(home)?.Address
            ?? throw new Failure(ExitCode.Usage, $"Name the market's node with --market URL: none runs on {home.Root}.");
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = market, Timeout = TimeSpan.FromMinutes(5) };
        var wire = new HttpSchedulerWire(http);
        var domain = await wire.DomainAsync(any.Token);
        using var key = _key.Open(arguments, home, domain.ChainId);
        await RequireRegisteredAsync(arguments, home, key.Address, any.Token);
        if (_key.IsDryRun(arguments))
        {
            Rehearse(output, market, key.Address);
            return ExitCode.Done;
        }

        home.Create();
        var folder = new WorkFolder(Path.Combine(home.Work, key.Address.ToString()));
        Directory.CreateDirectory(folder.Root);
        using var held = FolderLock.Take(Path.Combine(folder.Root, "lock"), $"The work folder of {key.Address}");
        var terms = new WorkerOptions { Concurrency = arguments.GetValue(_concurrency), Threads = arguments.GetValue(_threads) };
        using var engine = new WorkerEngine(key, wire, folder, _lie.Executor(arguments, domain.ChainId), TimeProvider.System, terms,
            new News(output, new WorkerNote(folder.Root)), new WorkerMetrics(watch.Meters));
        Tell(arguments, output, market, key.Address, watch);
        await engine.RunAsync(drain: stop, stop: parent.Token);
        output.Note("Nothing is owed any more; the worker has left.");
        return ExitCode.Done;
    }

    /// <summary>A worker sends no transactions; what it risks is its stake.</summary>
    private static void Rehearse(Output output, Uri market, Address worker) =>
        output.Show(new { dryRun = true, worker, market }, console => console.Write(Sheet.Facts(
            ("Worker", worker), ("Market", market),
            ("Would send", "no transactions: it works for its pay, which you collect with databright worker claim"),
            ("Risks", "its stake, if it is convicted of a lie"), ("", "Nothing was begun."))));

    private void Tell(ParseResult arguments, Output output, Uri market, Address worker, Watch watch)
    {
        if (arguments.GetValue(_endWithParent))
        {
            if (watch.Metrics is { } metrics)
                output.Mark($"metrics {metrics}");
            output.Mark($"{Child.ReadyMark}{market}");
            return;
        }

        output.Show(new { worker, market, metrics = watch.Metrics, otlp = watch.Options.Otlp }, console => console.Write(Sheet.Facts(
            ("Worker", worker), ("Market", market), ("Metrics", watch.Metrics), ("Sends metrics and traces to", watch.Options.Otlp),
            ("", "Ctrl-C finishes what is owed and leaves."))));
    }

    /// <summary>Asks the ledger where it is known; a scheduler would turn an unknown worker away, but only again and again.</summary>
    private async Task RequireRegisteredAsync(ParseResult arguments, HomeFolder home, Address worker, CancellationToken stop)
    {
        var rpc = arguments.GetValue(_rpc) ?? ChainOptions.FromEnvironment() ?? RunningNode.Find(home)?.Rpc;
        if (rpc is null || !File.Exists(home.Market))
            return;
        using var access = await MarketAccess.OpenAsync(home, rpc, stop);
        if (!await access.Ledger.Workers.IsActiveAsync(worker, stop))
            throw new Failure(ExitCode.Refused,
                $"{worker} is not a registered worker, or is leaving. Register it with: databright worker register --stake 100");
    }

    private sealed class News(Output output, WorkerNote note) : IProgress<WorkerNews>
    {
        public void Report(WorkerNews value)
        {
            output.Note(
                $"{TimeProvider.System.GetUtcNow():HH:mm:ss} "
                + $"{(value.Lease is { } lease ? $"job {lease.Job}, lease {lease.Number}: " : "")}{value.Text}");
            if (value.DiskFull)
                note.Say("its disk is full");
            else if (value.Text == WorkerNews.Committed)
                note.Say("");
        }
    }
}
