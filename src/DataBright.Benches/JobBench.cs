using System.Globalization;
using DataBright.Ethereum;
using DataBright.Learning.Benchmarks;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Storage;

namespace DataBright.Benches;

/// <summary>
/// A job of three redundant workers on the ledger, from its purchase to the registered model. The number of its tasks does not matter here:
/// their commitments share one root.
/// </summary>
internal sealed class JobBench(
    BenchMarket market, Dataset dataset, (int Number, Signer Signer) scheduler, (int Number, Signer Signer) referee, Action<string> report)
{
    private const int Workers = 3;
    private const int MetricPpm = 985_000;

    /// <summary>Ten dollars for each worker and five for the scheduler.</summary>
    private static readonly Money Pay = Money.Dollars(35);

    private static readonly Digest Result = BenchMarket.Named("result");

    private readonly List<Signer> _workers = [];
    private Signer _buyer = null!;

    public async Task<BenchBar> RunAsync(CancellationToken stop)
    {
        report("a job of three workers runs");
        for (var i = 0; i < Workers; i++)
            _workers.Add(await market.WorkerAsync(stop));
        _workers.Sort((a, b) => a.Address.CompareTo(b.Address));
        _buyer = await market.PartyAsync(stop);
        var allowance = await market.AllowAsync(_buyer, market.Ledger.Addresses.Jobs, stop);
        await CreateAsync(Pay, stop); // another job is in escrow already
        var earlier = new ModelRegistration(BenchMarket.Named("earlier"), default, Cid.Raw(Result), [], dataset.Id, 0, Money.Zero,
            Result: null);
        await market.Ledger.Models.RegisterAsync(earlier, _buyer, stop);

        var steps = await MeasureAsync(Pay, stop);
        var withRest = await MeasureAsync(Pay + Money.Dollars(1), stop);
        var total = Sum(steps);
        var parts = string.Join(", ", steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Name} {step.Gas:N0}")));
        return LedgerBench.Bar(
            "job of three redundant workers, created to settled, model registered", total, 500_000, 2_640_000,
            string.Create(CultureInfo.InvariantCulture,
                $"{parts}; one whose pay is not used up credits the rest to its buyer and costs {Sum(withRest):N0}; iExec, one task on "
                + $"three workers, about 2,640k; the buyer's allowance ({allowance:N0} gas) is given once and not in it"));
    }

    private static ulong Sum(IReadOnlyList<(string Name, ulong Gas)> steps) => steps.Aggregate(0UL, (sum, step) => sum + step.Gas);

    private async Task<IReadOnlyList<(string Name, ulong Gas)>> MeasureAsync(Money escrow, CancellationToken stop)
    {
        var jobs = market.Ledger.Jobs;
        var steps = new List<(string, ulong)>();
        async Task StepAsync(string name, Func<Task> work) => steps.Add((name, await market.GasOfAsync(work)));

        CreatedJob job = null!;
        Assignment assignment = null!;
        Hash32 seed = BenchMarket.Named("seed").ToHash32();
        (ulong Block, Hash32 Transcript) anchored = default;
        ulong acceptedAt = 0;
        await StepAsync("create", async () => job = await CreateAsync(escrow, stop));
        await StepAsync("accept", async () => (acceptedAt, _, _) = await jobs.AcceptAsync(job.Id, seed, scheduler.Signer, stop));
        await StepAsync("assign",
            async () => assignment = await jobs.AssignAsync(job.Id, job.Transcript, seed, acceptedAt,
                BenchMarket.Named("who does what").ToHash32(), scheduler.Signer, stop));

        var salts = _workers.Select((_, i) => BenchMarket.Named($"salt {i}").ToHash32()).ToArray();
        var commits =
            new MerkleTree(
                [.. _workers.Select((worker, i) => JobStatements.CommitmentLeaf(job.Id, worker.Address, Result, MetricPpm, salts[i])),
                    BenchMarket.Named("all other tasks").ToHash32()]);
        await StepAsync("anchor", async () => anchored = await jobs.AnchorAsync(job.Id, commits.Root, scheduler.Signer, stop));

        var pay = new PaySheet(job.Id,
            [.. _workers.Select(worker => (worker.Address, Money.Dollars(10))), (scheduler.Signer.Address, Money.Dollars(5))]);
        var outcome = new JobOutcome(anchored.Transcript, Result, MetricPpm, pay.Root);
        WorkReceipt[] receipts = [.. _workers.Select((worker, i) => new WorkReceipt(
            worker.Address, salts[i], jobs.Statements.SignReceipt(job.Id, Result, MetricPpm, salts[i], worker.Key), commits.ProofOf(i)))];
        await StepAsync("settle", () => jobs.SettleAsync(job.Id, assignment.Transcript, commits.Root, anchored.Block, outcome, receipts,
            pay.Total, scheduler.Signer, stop));
        var model = new ModelRegistration(Result, BenchMarket.Named("architecture"), Cid.DagPb(Result), [], dataset.Id, MetricPpm,
            Money.Dollars(1), new JobResult(job.Id, outcome));
        await StepAsync("register the model", () => market.Ledger.Models.RegisterAsync(model, _buyer, stop));
        return steps;
    }

    private async Task<CreatedJob> CreateAsync(Money pay, CancellationToken stop) => await market.Ledger.Jobs.CreateAsync(
        new JobOrder(
            JobKind.Training, dataset.Id, null, BenchMarket.Named("plan"), scheduler.Signer.Address, referee.Signer.Address, Workers, pay,
            ChainTime.Whole(await market.NowAsync(stop)) + TimeSpan.FromDays(1)),
        _buyer, stop);
}
