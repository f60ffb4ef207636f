using System.Text;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Usage;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Proposals;
using DataBright.Serving;
using DataBright.Storage;

namespace DataBright.Compute.Stories;

/// <summary>
/// The whole story, on a table and on text, with the real contracts and workers: offers are measured, voted on, trained on, sold and paid.
/// </summary>
[Collection(nameof(ChainMarket))]
public sealed class OtherStoriesTests(ChainMarket market)
{
    private const int Founding = 20;
    private const int Offered = 400;
    private const int HeldOut = 200;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_table_of_weather_earns_for_those_who_brought_it() => TellAsync(Subject.Weather());

    [Fact]
    public Task Texts_in_five_languages_earn_for_those_who_brought_them() => TellAsync(Subject.Language());

    private async Task TellAsync(Subject subject)
    {
        var (founder, honest, careless) = (await market.PartyAsync(), await market.PartyAsync(), await market.PartyAsync());
        var founding = await TinyData.StoreAsync(market.Blobs, subject.Cut(0, Founding));
        var good = await TinyData.StoreAsync(market.Blobs, subject.Cut(Founding, Offered));
        var bad = await TinyData.StoreAsync(market.Blobs, subject.Cut(Founding + Offered, Offered, isSpoilt: true));
        var heldOut = await TinyData.StoreAsync(market.Blobs, subject.Cut(Founding + 2 * Offered, HeldOut));
        var dataset = await CreateAsync(subject, founder, founding, heldOut);

        (await OfferAsync(subject, dataset, [founding], bad, heldOut, careless, founder)).ShouldBe(ProposalState.Rejected);
        (await OfferAsync(subject, dataset, [founding], good, heldOut, honest, founder)).ShouldBe(ProposalState.Accepted,
            TestContext.Current.TestOutputHelper?.Output);

        var (model, parameters) = await TrainAsync(subject, dataset, [founding, good], heldOut);
        await SellAsync(subject, model, parameters);
        await market.Ledger.Predictions.DistributeAsync(model, [], market.Deployer, Stop);
        foreach (var holder in new[] { founder, honest })
            (await market.Ledger.Shares.ClaimAsync(dataset, holder.Address, market.Deployer, Stop)).ShouldBeGreaterThan(Money.Zero);
    }

    private async Task<DatasetId> CreateAsync(Subject subject, Signer founder, ShardReference founding, ShardReference heldOut) =>
        (await market.Ledger.Datasets.CreateAsync(
            new DatasetCharter(
                Digest.Of(Encoding.UTF8.GetBytes(subject.Name)), subject.Schema.Hash, heldOut.Cid.Hash, subject.Name,
                subject.Name.ToUpperInvariant()[..3],
                new DatasetPolicy { TrainingPrice = Money.Dollars(50), UsageBps = 5_000 },
                [new Founder(founder.Address, ShareAmount.Whole(100))],
                new OfferedShard(founding.Root, founding.Count, founding.Cid))
            { Measurement = TermsOf(subject).Hash },
            founder, Stop)).Id;

    private static MeasurementTerms TermsOf(Subject subject) =>
        MeasurementTerms.Usual with { Architecture = subject.Model,
            Fresh = subject.Rule with { LearningRate = subject.Rule.LearningRate / 2 }, BatchSize = 20, Steps = 200, Pairs = 12 };

    /// <summary>Offered, measured by a job on the market, and voted on by what was measured.</summary>
    private async Task<ProposalState> OfferAsync(
        Subject subject, DatasetId dataset, IReadOnlyList<ShardReference> listed, ShardReference shard, ShardReference heldOut,
        Signer contributor, Signer voter)
    {
        var proposal = await market.Ledger.Proposals.ProposeAsync(dataset, new OfferedShard(shard.Root, shard.Count, shard.Cid),
            contributor, Stop);
        await market.Blobs.PutAsync(TermsOf(subject).ToJson(), Stop);
        var plan = EvaluationPlan.For(dataset, await VersionAsync(dataset), listed, shard, heldOut, TermsOf(subject), subject.Model);
        var job = await ChainJob.RunAsync(market, () => BuyAsync(JobKind.Evaluation, dataset, proposal, plan, contributor),
            _ => new HonestExecutor(), Stop);
        var attested = await new EvaluationAttestor(market.Referee.Signer.Key, market.Ledger, market.Blobs,
            new BlobShardSource(market.Blobs), TimeProvider.System).AttestAsync(job.Id, Stop);
        TestContext.Current.TestOutputHelper?.WriteLine(attested.Gain.ToString());
        await market.Ledger.Proposals.PostEvaluationAsync(attested.Signed, contributor, Stop);
        await market.Ledger.Proposals.VoteAsync(proposal, attested.Gain.Low > 0 ? Choice.Yes : Choice.No, $"gain {attested.Gain.Gain:P1}",
            voter, Stop);
        return (await market.Ledger.Proposals.FinaliseAsync(proposal, contributor, Stop)).State;
    }

    private async Task<(ModelId Model, Learning.Checkpoints.Checkpoint Parameters)> TrainAsync(Subject subject, DatasetId dataset,
        IReadOnlyList<ShardReference> shards, ShardReference heldOut)
    {
        var plan = new JobPlan(
            JobPlan.CurrentFormat, JobKind.Training, dataset, await VersionAsync(dataset), subject.Model, subject.Rule, BatchSize: 20,
            Rounds: 2, EpochsPerRound: 10, Partitions: 2, Redundancy: 3, DataLimitBps: 10_000, AnchorRounds: false, shards, heldOut,
            [new RunPlan("model", 1, [0, 1])]);
        var job = await ChainJob.RunAsync(market, () => BuyAsync(JobKind.Training, dataset, null, plan, market.Buyer),
            i => i == 2 ? Liars.InTraining(3) : new HonestExecutor(), Stop);
        var settled = (await new JobHistory(market.Ledger).FindSettledAsync(job.Id, Stop))!;
        (settled.Outcome.MetricPpm / 1e6).ShouldBeGreaterThan(subject.Least);

        using var points = new BlobShardSource(market.Blobs);
        var sheet = await new UsageDividendService(market.Ledger, market.Blobs, points, market.Scheduler.Signer).PostAsync(job.Id, Stop);
        sheet!.Lines.Select(line => line.Contributor).Distinct().Count().ShouldBe(2);

        var result = await AverageAsync(plan, job.State);
        result.Hash.ShouldBe(settled.Outcome.Result);
        var model = await market.Ledger.Models.RegisterAsync(
            new ModelRegistration(result.Hash, plan.Architecture.Hash, await market.Blobs.PutAsync(result.ToBytes(), Stop), [], dataset,
                settled.Outcome.MetricPpm, new Money(1_000), new Market.Models.JobResult(job.Id, settled.Outcome)),
            market.Buyer, Stop);
        await market.Blobs.PutAsync(Encoding.UTF8.GetBytes(plan.Architecture.ToJson()), Stop);
        return (model, result);
    }

    /// <summary>A customer buys predictions of all held-out points, and the worker settles.</summary>
    private async Task SellAsync(Subject subject, ModelId model, Learning.Checkpoints.Checkpoint parameters)
    {
        var served = await ServedModel.LoadAsync(market.Ledger, market.Blobs, model, market.Buyer.Key, grant: null, Stop);
        var customer = await market.PartyAsync();
        var channel = await market.Ledger.Predictions.OpenAsync(model, market.Buyer.Address, null, Money.Dollars(1), customer, Stop);
        var journal = market.File("vouchers.log");
        await using var server = PredictionServer.Open(
            market.Buyer.Key, market.Ledger.Addresses, [served], new ChainChannelLedger(market.Ledger.Predictions, market.Buyer), journal,
            new ServingTerms(), TimeProvider.System);
        var asked = subject.Examples.Slice(Founding + 2 * Offered, HeldOut);
        var voucher = market.Ledger.Predictions.Statements.Sign(new Market.Predictions.Voucher(channel.Id, served.Price * HeldOut),
            customer.Key);

        var answer = await server.AnswerAsync(model, new PredictionRequest(voucher, asked.Features), "customer", Stop);

        answer.Receipt.Checkpoint.ShouldBe(parameters.Hash);
        var right = answer.Scores.ToArray().Chunk(answer.Classes).Zip(asked.Labels.ToArray())
            .Count(pair => Array.IndexOf(pair.First, pair.First.Max()) == pair.Second);
        ((double)right / HeldOut).ShouldBeGreaterThan(subject.Least);
        (await server.SettleAsync(reason => throw new InvalidOperationException(reason), Stop)).Single().Cumulative
            .ShouldBe(served.Price * HeldOut);
    }

    private async Task<JobId> BuyAsync(JobKind kind, DatasetId dataset, ProposalId? proposal, JobPlan plan, Signer buyer)
    {
        await market.Blobs.PutAsync(plan.ToJson(), Stop);
        var deadline = (await market.Client.BlockAsync(BlockTag.Latest, Stop))!.Timestamp + TimeSpan.FromDays(1);
        var order = new JobOrder(kind, dataset, proposal, plan.Digest, market.Scheduler.Signer.Address, market.Referee.Signer.Address,
            plan.Redundancy, Money.Dollars(3_000), deadline);
        return (await market.Ledger.Jobs.CreateAsync(order, buyer, Stop)).Id;
    }

    private async Task<Hash32> VersionAsync(DatasetId dataset) => (await market.Ledger.Datasets.FindAsync(dataset, Stop))!.VersionRoot;

    private async Task<Learning.Checkpoints.Checkpoint> AverageAsync(JobPlan plan, Scheduler.State.SchedulerJob job)
    {
        var parts = new List<Learning.Checkpoints.Checkpoint>();
        for (var partition = 0; partition < plan.Partitions; partition++)
            parts.Add(await Tasks.TaskInputsReader.ReadAsync(market.Blobs, plan,
                job.Tasks[new TaskKey(0, plan.Rounds - 1, partition)].Result!.Checkpoint!, Stop));
        return Tasks.ClosingProgram.Average(plan, 0, parts);
    }
}
