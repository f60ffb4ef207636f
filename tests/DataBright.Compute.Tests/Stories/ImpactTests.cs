using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Usage;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Proposals;
using DataBright.Market.Usage;
using DataBright.Node.Configuration;
using DataBright.Node;
using DataBright.Storage;
using JobResult = DataBright.Market.Models.JobResult;

namespace DataBright.Compute.Stories;

/// <summary>
/// The paper's first application, from the contracts to what a node tells: what each shard and contributor did for the models, and earned
/// by it.
/// </summary>
[Collection(nameof(ChainMarket))]
public sealed class ImpactTests(ChainMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Market.Ledger Ledger => market.Ledger;

    [Fact]
    public async Task A_node_tells_what_every_shard_and_contributor_brought_and_earned()
    {
        var (founder, contributor) = (await market.PartyAsync(), await market.PartyAsync());
        ShardReference[] shards = [await TinyData.StoreAsync(market.Blobs, TinyData.Shard(40, 1)),
            await TinyData.StoreAsync(market.Blobs, TinyData.Shard(24, 2))];
        var heldOut = await TinyData.StoreAsync(market.Blobs, TinyData.Shard(50, 3));
        var dataset = await FoundAsync(founder, shards[0], heldOut);
        await AcceptAsync(dataset, shards[1], contributor, founder);
        var untouched = await FoundAsync(contributor, shards[0], heldOut); // the same contributor's, of which nobody makes use

        var plan = await market.PlanAsync() with
        {
            Dataset = dataset,
            Version = (await Ledger.Datasets.FindAsync(dataset, Stop))!.VersionRoot,
            Shards = shards,
            HeldOut = heldOut,
            Runs = [new RunPlan("main", 7, [0, 1])],
            SchedulerFee = Money.Zero,
        };
        var job = (await ChainJob.RunAsync(market, () => OrderAsync(plan), _ => new HonestExecutor(), Stop)).Id;
        var settled = (await new JobHistory(Ledger).FindSettledAsync(job, Stop))!;
        var model = await Ledger.Models.RegisterAsync(
            new ModelRegistration(settled.Outcome.Result, plan.Architecture.Hash, Cid.Raw(settled.Outcome.Result), [], dataset,
                settled.Outcome.MetricPpm, new Money(1), new JobResult(job, settled.Outcome)), market.Buyer, Stop);
        var paid = await PayByUseAsync(job, contributor.Address);
        await Ledger.Shares.ClaimAsync(dataset, contributor.Address, market.Deployer, Stop);
        await Ledger.Shares.DepositAsync(dataset, Money.Dollars(10), market.Buyer, Stop);

        var home = Directory.CreateTempSubdirectory("databright-impact-");
        Ledger.Addresses.Save(Path.Combine(home.FullName, "market.json"));
        var blobs = new FolderBlobStore(Path.Combine(home.FullName, "blobs"));
        await blobs.PutAsync(plan.ToJson(), Stop);
        await blobs.PutAsync(await market.Blobs.ReadAsync((await new UsageHistory(Ledger).EvidenceAsync(job, Stop))!.Value, 1 << 24, Stop),
            Stop);
        await using (var node = await NodeHost.StartAsync(new NodeOptions { Home = home.FullName, Chain = market.Url }, Stop))
        {
            using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
            var impact = await ReadAsync(http, dataset);
            var (first, later) = (impact.GetProperty("shards")[0], impact.GetProperty("shards")[1]);
            first.TryGetProperty("gain", out var unmeasured)
                .ShouldBe(unmeasured.ValueKind == JsonValueKind.Null, "nobody measured the founding shard");
            later.GetProperty("gain").GetDecimal().ShouldBe(0.05m);
            foreach (var shard in (JsonElement[])[first, later]) shard.GetProperty("models").GetRawText().ShouldBe($"[{model}]");

            var theirs = impact.GetProperty("contributors").EnumerateArray()
                .Single(one => one.GetProperty("contributor").GetString() == contributor.Address.ToString());
            theirs.GetProperty("points").GetInt64().ShouldBe(24);
            theirs.GetProperty("models").GetInt32().ShouldBe(1);
            theirs.GetProperty("gain").GetDecimal().ShouldBe(0.05m);
            var waiting = await Ledger.Shares.ClaimableAsync(dataset, contributor.Address, Stop);
            Amount(theirs, "usage").ShouldBe(paid);
            Amount(theirs, "waiting").ShouldBe(waiting);
            var claimed = Amount(theirs, "claimed");
            claimed.ShouldBeGreaterThan(Money.Zero);
            Amount(theirs, "income").ShouldBe(paid + waiting + claimed);
            // What reached the account: it began with ten thousand dollars, its one bond is still with the proposals, and it paid for an
            // evaluation.
            var balance = await Ledger.Dollars.BalanceAsync(contributor.Address, Stop);
            balance.ShouldBe(Money.Dollars(10_000) - Money.Dollars(11) + paid + claimed);

            var other = (await ReadAsync(http, untouched)).GetProperty("contributors")[0];
            other.GetProperty("contributor").GetString().ShouldBe(contributor.Address.ToString());
            Amount(other, "usage").ShouldBe(Money.Zero, "it was paid for another dataset");
            other.GetProperty("models").GetInt32().ShouldBe(0);

            (await ClaimUsageAsync(http, job, contributor.Address)).GetProperty("detail").GetString()!.ShouldContain("was paid out before");
            (await ClaimUsageAsync(http, job, market.Buyer.Address)).GetProperty("detail").GetString()!.ShouldContain("gives it nothing");
            (await ClaimUsageAsync(http, job, founder.Address)).GetProperty("steps").GetArrayLength().ShouldBe(1);

            // A posting that can still be challenged pays nobody, whatever it says.
            var second = (await ChainJob.RunAsync(market, () => OrderAsync(plan), _ => new HonestExecutor(), Stop)).Id;
            using var points = new BlobShardSource(market.Blobs);
            (await new UsageDividendService(Ledger, market.Blobs, points, market.Scheduler.Signer).PostAsync(second, Stop))
                .ShouldNotBeNull().ClaimOf(founder.Address).ShouldNotBeNull();
            await blobs.PutAsync(await market.Blobs.ReadAsync((await new UsageHistory(Ledger).EvidenceAsync(second, Stop))!.Value, 1 << 24,
                Stop), Stop);
            await ReadAsync(http, dataset);
            (await ClaimUsageAsync(http, second, founder.Address)).GetProperty("detail").GetString()!.ShouldContain("is not final");
            var waits = (await http.GetFromJsonAsync<JsonElement>($"/api/v1/portfolios/{founder.Address}", Stop)).GetProperty("usage")
                .EnumerateArray()
                .ToDictionary(line => line.GetProperty("job").GetRawText(), line => line.GetProperty("claimable").GetBoolean());
            (waits[$"{job}"], waits[$"{second}"]).ShouldBe((true, false));
            await ChallengeAsync(http, second, founder);
        }
        home.Delete(recursive: true);
    }

    /// <summary>The node makes a challenge ready; sent as it is, it puts up the bond and stops what was posted.</summary>
    private async Task ChallengeAsync(HttpClient http, JobId job, Signer challenger)
    {
        var (bond, before) = (await Ledger.Usage.BondAsync(Stop), await Ledger.Dollars.BalanceAsync(challenger.Address, Stop));
        object Fields(string reason) => new { account = challenger.Address.ToString(), job = job.ToString(), reason };
        (await PrepareAsync(http, "challenge-usage", Fields(""))).GetProperty("parameter").GetString().ShouldBe("reason");
        var prepared = await PrepareAsync(http, "challenge-usage", Fields("Half of it was noise."));
        var steps = prepared.GetProperty("steps").EnumerateArray().ToArray();
        steps.Length.ShouldBe(2, "the bond is approved first");
        steps[1].GetProperty("says").GetString()!.ShouldContain(Node.Web.Wording.Dollars(bond));
        foreach (var step in steps)
        {
            var (to, data) = (step.GetProperty("to").GetString()!, step.GetProperty("data").GetString()!);
            await challenger.SendAsync(new Ethereum.ContractCall(Ethereum.Address.Parse(to), Convert.FromHexString(data[2..])), Stop);
        }

        var posting = (await Ledger.Usage.FindAsync(job, Stop)).ShouldNotBeNull();
        (posting.State, posting.Challenger).ShouldBe((UsageState.Challenged, challenger.Address));
        (await Ledger.Dollars.BalanceAsync(challenger.Address, Stop)).ShouldBe(before - bond);
    }

    private static Task<JsonElement> ClaimUsageAsync(HttpClient http, JobId job, Ethereum.Address account) =>
        PrepareAsync(http, "claim-usage", new { account = account.ToString(), job = job.ToString() });

    /// <summary>The transactions that the node makes ready, or the problem that it has with them.</summary>
    private static async Task<JsonElement> PrepareAsync(HttpClient http, string action, object fields)
    {
        using var answer = await http.PostAsJsonAsync($"/api/v1/actions/{action}", fields, Stop);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static Money Amount(JsonElement of, string name) => Money.Parse(of.GetProperty(name).GetString()!);

    /// <summary>Asks until the node has read the ledger. A deadline ends a test that would wait for ever.</summary>
    private async Task<JsonElement> ReadAsync(HttpClient http, DatasetId dataset)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var head = await market.Client.BlockNumberAsync(Stop);
        while ((await http.GetFromJsonAsync<JsonElement>("/api/v1/ledger", patience.Token)).GetProperty("indexed").GetUInt64() < head)
            await tick.WaitForNextTickAsync(patience.Token);
        return await http.GetFromJsonAsync<JsonElement>(string.Create(CultureInfo.InvariantCulture,
            $"/api/v1/datasets/{dataset}/impact"), Stop);
    }

    private async Task<DatasetId> FoundAsync(Signer founder, ShardReference founding, ShardReference heldOut) =>
        (await Ledger.Datasets.CreateAsync(
        new DatasetCharter(
            Digest.Of("impact"u8), TinyData.Schema.Hash, heldOut.Cid.Hash, "Impact", "IMP",
            new DatasetPolicy { TrainingPrice = Money.Dollars(50), UsageBps = 5_000, GainBonusBps = 0 },
            [new Founder(founder.Address, ShareAmount.Whole(100))], new OfferedShard(founding.Root, founding.Count, founding.Cid)),
        founder, Stop)).Id;

    private async Task AcceptAsync(DatasetId dataset, ShardReference shard, Signer contributor, Signer voter)
    {
        var proposal = await Ledger.Proposals.ProposeAsync(dataset, new OfferedShard(shard.Root, shard.Count, shard.Cid),
            contributor, Stop);
        var deadline = (await market.Client.BlockAsync(Ethereum.BlockTag.Latest, Stop))!.Timestamp + TimeSpan.FromHours(1);
        var job = await LoneJob.SettleAsync(
            Ledger, dataset, proposal, contributor, market.Scheduler.Signer, market.Referee.Signer, await market.WorkerAsync(), Stop);
        var measured = new EvaluationStatement(dataset, proposal, 900_000, 950_000, 40_000, shard.Count, 0, default, Digest.Of("best"u8),
            job, deadline);
        await Ledger.Proposals.PostEvaluationAsync(Ledger.Proposals.Statements.Sign(measured, market.Referee.Signer.Key),
            contributor, Stop);
        await Ledger.Proposals.VoteAsync(proposal, Choice.Yes, "", voter, Stop);
        (await Ledger.Proposals.FinaliseAsync(proposal, voter, Stop)).State.ShouldBe(ProposalState.Accepted);
    }

    private async Task<JobId> OrderAsync(JobPlan plan)
    {
        await market.Blobs.PutAsync(plan.ToJson(), Stop);
        var deadline = (await market.Client.BlockAsync(Ethereum.BlockTag.Latest, Stop))!.Timestamp + TimeSpan.FromDays(1);
        var order = new JobOrder(JobKind.Training, plan.Dataset, null, plan.Digest, market.Scheduler.Signer.Address,
            market.Referee.Signer.Address, plan.Redundancy, Money.Dollars(90), deadline);
        return (await Ledger.Jobs.CreateAsync(order, market.Buyer, Stop)).Id;
    }

    /// <summary>
    /// Posted by the scheduler, challenged so that nobody has to wait, upheld by the referee, and claimed for the contributor.
    /// </summary>
    private async Task<Money> PayByUseAsync(JobId job, Ethereum.Address contributor)
    {
        using var points = new BlobShardSource(market.Blobs);
        var sheet = (await new UsageDividendService(Ledger, market.Blobs, points, market.Scheduler.Signer).PostAsync(job, Stop))!;
        await Ledger.Usage.ChallengeAsync(job, "let us see", market.Buyer, Stop);
        (await new UsageDividendService(Ledger, market.Blobs, points, market.Referee.Signer).RuleAsync(job, Stop)).ShouldBe(true);
        return await Ledger.Usage.ClaimAsync(sheet, contributor, market.Deployer, Stop);
    }
}
