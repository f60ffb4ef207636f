using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DataBright.Compute.Jobs;
using DataBright.Compute.Usage;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Audit;
using DataBright.Market.Jobs;
using DataBright.Market.Owed;
using DataBright.Node.Configuration;
using DataBright.Node;
using DataBright.Storage;
using DataBright.Terminal.Keys;
using DataBright.Testing.Odd;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Cli.Tests.Market;

/// <summary>
/// Every event that can make a debt, and each surface on which its creditor has to find it: the command line, REST, the portfolio, the
/// audit.
/// </summary>
public sealed class OwedTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new(), _nodeHome = new();
    private HttpListener _scheduler = null!;
    private MarketChain _market = null!;
    private DebtWalk _walk = null!;
    private string _schedulerUrl = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _market = await MarketChain.StartAsync(_nodeHome.Path,
            new MarketTerms { MinimumStake = Money.Dollars(100), CoolDown = TimeSpan.FromDays(7) });
        foreach (var home in new[] { _home, _nodeHome }) _market.SaveTo(home.Path);
        _walk = new DebtWalk(_market.Chain, _market.Ledger, _market.Deployer, KeepAsync, Stop);
        await _walk.WalkAsync();
        Listen();
    }

    public async ValueTask DisposeAsync()
    {
        _scheduler.Close();
        _walk?.Dispose();
        if (_market is not null) await _market.DisposeAsync();
        _home.Dispose();
        _nodeHome.Dispose();
    }

    [Fact]
    public async Task Every_debt_is_found_on_every_surface_and_paid()
    {
        var options = new NodeOptions { Home = _nodeHome.Path, Chain = _market.Chain.Url };
        await using var node = await NodeHost.StartAsync(options, services =>
        {
            NodeHost.AddRealServices(services, options);
            services.AddSingleton<ISheets>(_walk);
        }, Stop);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        var head = await _market.Ledger.Client.BlockNumberAsync(Stop);
        await UntilReadAsync(http, head);
        var creditors = _walk.Debts.Concat(_walk.Pending).Select(made => made.Creditor).DistinctBy(creditor => creditor.Address).ToList();

        foreach (var creditor in creditors)
        {
            var who = creditor.Address.ToString();
            var shown = (await CallAsync("account", "show", who, "--market", _schedulerUrl)).ShouldSucceed().Json.GetProperty("owed");
            var told = await http.GetFromJsonAsync<JsonElement>($"/api/v1/accounts/{who}/owed", Stop);
            var portfolio = await http.GetFromJsonAsync<JsonElement>($"/api/v1/portfolios/{who}", Stop);
            foreach (var surface in new[] { shown, told, portfolio.GetProperty("due") })
            {
                foreach (var made in _walk.Debts.Where(made => made.Creditor == creditor))
                    LinesOf(surface, "debts").ShouldContain(LineOf(made), made.Event);
                foreach (var made in _walk.Pending.Where(made => made.Creditor == creditor))
                    LinesOf(surface, "pending").ShouldContain(LineOf(made), made.Event);
                surface.GetProperty("total").GetString().ShouldBe(shown.GetProperty("total").GetString());
            }

            var total = Money.Parse(shown.GetProperty("total").GetString()!);
            var page = await http.GetStringAsync($"/portfolio/{who}", Stop);
            if (total > Money.Zero) page.ShouldContain($"Owed now: {DataBright.Node.Web.Wording.Dollars(total)}");
            if (_walk.Pending.Any(made => made.Creditor == creditor)) page.ShouldContain("Not yet claimable");
            using var prepared = await http.PostAsJsonAsync("/api/v1/actions/claim-all", new { account = who }, Stop);
            var steps = await prepared.Content.ReadFromJsonAsync<JsonElement>(Stop);
            prepared.StatusCode.ShouldBe(total > Money.Zero ? HttpStatusCode.OK : HttpStatusCode.BadRequest, steps.ToString());
            if (total > Money.Zero)
            {
                steps.GetProperty("says").GetString()!.ShouldContain(DataBright.Node.Web.Wording.Dollars(total));
                steps.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("data").GetString())
                    .ShouldBe(told.GetProperty("transactions").EnumerateArray().Select(step => step.GetProperty("data").GetString()));
            }

            var dry = (await CallAsync("account", "withdraw", "--key-file", KeyOf(creditor), "--dry-run", "--market", _schedulerUrl))
                .ShouldSucceed().Json;
            dry.GetProperty("total").GetString().ShouldBe(total.ToString());
            dry.GetProperty("dryRun").GetBoolean().ShouldBeTrue();
            // The page's button and the command are one act: the same transactions, in the same order.
            if (total > Money.Zero)
                dry.GetProperty("paid").GetArrayLength().ShouldBe(steps.GetProperty("steps").GetArrayLength());
            if (total > Money.Zero)
                dry.GetProperty("paid").EnumerateArray().Select(step => step.GetProperty("says").GetString()!)
                    .Zip(steps.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("says").GetString()!),
                        (one, other) => other.StartsWith(one, StringComparison.Ordinal))
                    .ShouldBe(Enumerable.Repeat(true, steps.GetProperty("steps").GetArrayLength()));
            if (total > Money.Zero) dry.GetProperty("gas").GetUInt64().ShouldBeGreaterThan(20_000UL);
        }
        (await _market.Ledger.Client.BlockNumberAsync(Stop)).ShouldBe(head, "nothing was sent so far");
        using (var index = LedgerIndex.Open(_home["audit.db"], _market.Ledger.Addresses))
        {
            var audit = await MoneyAudit.TakeAsync(_market.Ledger, index, _walk, TimeProvider.System, Stop);
            audit.Conserved.ShouldBeTrue();
            Money.Sum(audit.Books.Select(books => books.Named!.Value))
                .ShouldBeGreaterThan(Money.Sum(_walk.Debts.Where(made => made.Kind != DebtKind.Reward).Select(made => made.Amount)));
        }

        foreach (var creditor in creditors)
        {
            var before = await _market.Ledger.Dollars.BalanceAsync(creditor.Address, Stop);
            var paid = (await CallAsync("account", "withdraw", "--key-file", KeyOf(creditor), "--market", _schedulerUrl))
                .ShouldSucceed().Json;
            (await _market.Ledger.Dollars.BalanceAsync(creditor.Address, Stop))
                .ShouldBe(before + Money.Parse(paid.GetProperty("total").GetString()!));
            (await CallAsync("account", "show", creditor.Address.ToString(), "--market", _schedulerUrl)).ShouldSucceed().Json
                .GetProperty("owed").GetProperty("debts").GetArrayLength().ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_workers_wage_is_shown_and_collected_with_its_scheduler_and_said_to_be_missing_without()
    {
        var wage = _walk.Debts.First(made => made.Kind == DebtKind.Wage && made.Amount == Money.Dollars(10));
        var who = wage.Creditor.Address.ToString();
        var alone = (await CallAsync("account", "show", who)).ShouldSucceed().Json.GetProperty("owed").GetProperty("pending")
            .EnumerateArray().Single(one => one.GetProperty("kind").GetString() == "wage");
        alone.GetProperty("amount").ValueKind.ShouldBe(JsonValueKind.Null);
        alone.GetProperty("waits").GetString()!.ShouldContain("scheduler");
        var key = KeyOf(wage.Creditor);
        (await CallPlainAsync("worker", "claim", "--job", "9999", "--key-file", key, "--market", "http://127.0.0.1:9")).ShouldFailClearly(1,
            "Jobs owe");
        (await CallPlainAsync("worker", "claim", "--job", $"{wage.Source.Number}", "--key-file", key, "--market", "http://127.0.0.1:9"))
            .ShouldFailClearly(4, "--market");
        var dry = (await CallAsync("worker", "claim", "--key-file", key, "--market", _schedulerUrl, "--dry-run")).ShouldSucceed().Json;
        (dry.GetProperty("paid").GetString(), dry.GetProperty("dryRun").GetBoolean()).ShouldBe(("10.00", true));
        (await CallAsync("worker", "claim", "--key-file", key, "--market", _schedulerUrl)).ShouldSucceed().Json.GetProperty("paid")
            .GetString().ShouldBe("10.00");
        (await CallPlainAsync("worker", "claim", "--key-file", key, "--market", _schedulerUrl)).ShouldFailClearly(1, "owe");
    }

    [Fact]
    public async Task Dividends_and_usage_are_collected_by_their_own_commands_and_nothing_else_is()
    {
        var used = _walk.Debts.First(made => made.Kind == DebtKind.UsageDividend
            && made.Event.StartsWith("Usage.UsagePosted", StringComparison.Ordinal));
        var key = KeyOf(used.Creditor);
        var claimed = (await CallAsync("usage", "claim", $"{used.Source.Number}", "--key-file", key)).ShouldSucceed().Json;
        claimed.GetProperty("amount").GetString().ShouldBe("25.00");
        (await CallPlainAsync("usage", "claim", $"{used.Source.Number}", "--key-file", key)).ShouldFailClearly(1, "paid");
        var shares = (await CallAsync("share", "claim", "--key-file", key)).ShouldSucceed().Json;
        shares.GetProperty("total").GetString().ShouldBe("25.00", "the half of the training price that goes by shares");
        (await CallPlainAsync("share", "claim", "--key-file", key)).ShouldFailClearly(1, "have earned nothing");
        (await CallPlainAsync("share", "claim", "--relay", "--dry-run", "--for", used.Creditor.Address.ToString()))
            .ShouldFailClearly(2, "--relay");
    }

    [Fact]
    public async Task A_statement_as_csv_adds_up_to_the_ledgers_balance()
    {
        var creditor = _walk.Debts.First(made => made.Kind == DebtKind.Bond).Creditor;
        await CallAsync("account", "withdraw", "--key-file", KeyOf(creditor), "--market", _schedulerUrl);
        var csv = (await CallPlainAsync("account", "statement", creditor.Address.ToString(), "--csv")).ShouldSucceed().Output.TrimEnd()
            .ReplaceLineEndings("\n").Split('\n');
        csv[0].ShouldBe("time,block,transaction,token,kind,for,counterparty,in,out,balance");
        var rows = csv[1..].Select(line => line.Split(',')).ToList();
        rows.ShouldAllBe(row => row.Length == 10);
        var dollars = rows.Where(row => row[3] == "dollars").ToList();
        var sum = dollars.Aggregate(0m, (all, row) => all + Number(row[7]) - Number(row[8]));
        sum.ShouldBe(Number((await _market.Ledger.Dollars.BalanceAsync(creditor.Address, Stop)).ToString()));
        Number(dollars[^1][9]).ShouldBe(sum);
        dollars.Select(row => (row[4], row[5], row[6]))
            .ShouldContain(("bond", $"proposal {_walk.Debts.First(made => made.Kind == DebtKind.Bond).Source.Number}", "Proposals"));
        rows.ShouldContain(row => row[3].StartsWith("shares of dataset", StringComparison.Ordinal) && row[4] == "minted");
        (await CallPlainAsync("account", "statement", creditor.Address.ToString(), "--csv", "--json")).ExitCode.ShouldBe(2);
        var file = _home["statement.csv"];
        (await CallPlainAsync("account", "statement", creditor.Address.ToString(), "--csv", file)).ShouldSucceed().Output.ShouldBeEmpty();
        File.ReadAllLines(file).ShouldBe(csv);
        (await CallPlainAsync("account", "statement", creditor.Address.ToString(), "--csv", file)).ShouldFailClearly(1, "is there already");
        (await CallPlainAsync("account", "statement", creditor.Address.ToString())).ShouldSucceed().Output.ShouldContain("Proposals");
    }

    private static decimal Number(string text) =>
        text.Length == 0 ? 0 : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private Task<Finished> CallAsync(params string[] words) => CallPlainAsync([.. words, "--json"]);

    private Task<Finished> CallPlainAsync(params string[] words) =>
        Databright.CallAsync(_home.Path, [.. words, "--rpc", _market.Chain.Url.ToString()]);

    private string KeyOf(Signer signer)
    {
        var file = _home[$"{signer.Address}.key"];
        if (!File.Exists(file)) BareKey.Write(file, signer.Key);
        return file;
    }

    private static string LineOf(DebtWalk.Made made) =>
        $"{char.ToLowerInvariant($"{made.Kind}"[0])}{$"{made.Kind}"[1..]} {made.Source} {made.Amount}";

    private static IReadOnlyList<string> LinesOf(JsonElement surface, string list) =>
        [.. surface.GetProperty(list).EnumerateArray().Select(one =>
        $"{one.GetProperty("kind").GetString()} "
        + $"{new DebtSource(one.GetProperty("noun").GetString()!, one.GetProperty("number") is { ValueKind: JsonValueKind.Number } number
            ? number.GetUInt64() : null)} {one.GetProperty("amount")}")];

    private static async Task UntilReadAsync(HttpClient http, ulong block)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await http.GetFromJsonAsync<JsonElement>("/api/v1/ledger", patience.Token)).GetProperty("indexed").GetUInt64() < block)
            await tick.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>The evidence of a valuation, in the stores of the node and of the command line.</summary>
    private async Task<Cid> KeepAsync(JobId job, Digest result, Money part, Hash32 shard)
    {
        var evidence = new UsageEvidence(UsageEvidence.CurrentFormat, job, Digest.Of("plan"u8), result, "test", part,
            [new ShardWorth(shard, 100, 7)]).ToBytes();
        await new FolderBlobStore(_nodeHome["blobs"]).PutAsync(evidence, Stop);
        return await new FolderBlobStore(_home["blobs"]).PutAsync(evidence, Stop);
    }

    /// <summary>What answers for the jobs' schedulers: their pay sheets, as results of jobs.</summary>
    private void Listen()
    {
        (_scheduler, _schedulerUrl) = LoopbackListener.Start();
        _ = ServeAsync();
    }

    private async Task ServeAsync()
    {
        while (_scheduler.IsListening)
            try
            {
                var context = await _scheduler.GetContextAsync();
                var job = new JobId(ulong.Parse(context.Request.Url!.Segments[^2].TrimEnd('/'),
                    System.Globalization.CultureInfo.InvariantCulture));
                if (_walk.PaySheets.TryGetValue(job, out var sheet))
                    await context.Response.OutputStream.WriteAsync(CanonicalJson.Write(ResultOf(job, sheet)));
                else
                    context.Response.StatusCode = 404;
                context.Response.Close();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
    }

    private static DataBright.Compute.Jobs.JobOutput ResultOf(JobId job, DataBright.Market.Jobs.PaySheet sheet) => new(
        job, JobKind.Training, new DataBright.Compute.Jobs.RunOutcomes([]), [],
        [.. sheet.Lines.Select(line => new WorkerPay(line.Worker, line.Pay))], []);
}
