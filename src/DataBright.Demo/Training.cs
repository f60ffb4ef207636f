using System.Globalization;
using DataBright.Compute.Buying;
using DataBright.Compute.Jobs;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Jobs;

namespace DataBright.Demo;

/// <summary>What the bought training job came to.</summary>
internal sealed record Trained(JobId Job, ModelId Model, Digest Checkpoint, double Accuracy, IReadOnlyList<string> Convicted);

/// <summary>Third chapter: a buyer escrows the price of a LeNet-5; six workers train it, one lies in a single step.</summary>
internal sealed class Training(DemoMarket stage, Collection collection, DemoLog narrator)
{
    private static readonly Money Pay = Money.Dollars(65);
    private static readonly Money SchedulerFee = Money.Dollars(5);
    private static readonly Money PredictionPrice = Money.Parse("0.001");

    /// <summary>
    /// Three partitions, three copies of each, over six operators: nobody may see more than two thirds of the points, which
    /// leaves room for a convicted worker's part to be drawn again.
    /// </summary>
    private const int Partitions = 3;
    private const int Redundancy = 3;
    private const int DataLimitBps = 6_700;
    private const int Rounds = 4;
    private const int EpochsPerRound = 3;

    public async Task<Trained> TellAsync(CancellationToken stop)
    {
        var plan = await PlanAsync(stop);
        var buyer = stage.Parties[Parties.Buyer];
        var job = await stage.Orders.PlaceAsync(plan, null, Pay, buyer, stop);
        var price = (await stage.Ledger.Datasets.PolicyAsync(collection.Id, stop)).TrainingPrice + Pay;
        narrator.Line(string.Create(CultureInfo.InvariantCulture,
            $"He escrows ${price} for LeNet-5 on {plan.TotalPoints:N0} points: {Rounds} rounds, {Partitions} partitions, every task on "
            + $"{Redundancy} workers, no worker sees more than {DataLimitBps / 100} % of the points"));
        await narrator.WaitAsync("training", report => stage.Orders.WatchAsync(job, report, stop));

        var settled = (await stage.History.FindSettledAsync(job, stop))!;
        var convicted = (await stage.History.ConvictionsAsync(job, stop)).ToArray();
        foreach (var conviction in convicted)
            narrator.Bad(
                $"{stage.Parties.NameOf(conviction.Worker)} lied in one step: the traces were bisected, the referee re-executed that step, "
                + $"${conviction.Slashed} of its stake is gone, its tasks were done again");
        return await RegisterAsync(plan, job, settled, [.. convicted.Select(c => stage.Parties.NameOf(c.Worker)).Distinct()], stop);
    }

    private async Task<JobPlan> PlanAsync(CancellationToken stop)
    {
        var dataset = (await stage.Ledger.Datasets.FindAsync(collection.Id, stop))!;
        return new TrainingOrder(Architectures.LeNet5)
        {
            BatchSize = 32, Rounds = Rounds, Epochs = EpochsPerRound, Partitions = Partitions, Redundancy = Redundancy,
            DataLimitBps = DataLimitBps, SchedulerFee = SchedulerFee,
        }.PlanFor(dataset, [.. collection.Listed], collection.HeldOut);
    }

    private async Task<Trained> RegisterAsync(JobPlan plan, JobId job, SettledJob settled, IReadOnlyList<string> convicted,
        CancellationToken stop)
    {
        var outcome = settled.Outcome;
        var cid = (await stage.Orders.ResultAsync(job, stop)).Checkpoints[0].Cid;
        var model = await stage.Ledger.Models.RegisterAsync(
            JobModel.Of(settled, plan, cid, [], PredictionPrice), stage.Parties[Parties.Buyer], stop);
        await stage.Ledger.Models.MoveBestAsync((await stage.Orders.AttestBestAsync(model, stop)).Signed,
            stage.Parties[Parties.Buyer], stop);
        var accuracy = outcome.MetricPpm / 1e6;
        narrator.Good(string.Create(CultureInfo.InvariantCulture,
            $"Model {model} is registered: {accuracy:P2} of the {collection.HeldOut.Count:N0} held-out images, checkpoint "
            + $"{outcome.Result.ToString()[..16]}…"));
        return new Trained(job, model, outcome.Result, accuracy, convicted);
    }
}
