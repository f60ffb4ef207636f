using System.Globalization;
using DataBright.Ethereum;
using DataBright.Learning.Benchmarks;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Trust;
using DataBright.Storage;

namespace DataBright.Benches;

/// <summary>
/// The gas bars, measured as whole transactions (base cost and call data included) that the market's own operations send. The parties
/// have given their allowances; nobody has proposed or voted here before.
/// </summary>
internal sealed class LedgerBench(BenchMarket market, Action<string> report)
{
    private Signer _ada = null!, _ben = null!, _cleo = null!, _contributor = null!;
    private (int Number, Signer Signer) _scheduler, _referee;
    private Dataset _dataset = null!;

    public async Task<IReadOnlyList<BenchBar>> RunAsync(CancellationToken stop)
    {
        report("the parties come");
        (_ada, _ben, _cleo, _contributor) = (await market.PartyAsync(stop), await market.PartyAsync(stop), await market.PartyAsync(stop),
            await market.PartyAsync(stop));
        _scheduler = await market.TrustedAsync(TrustedRole.Scheduler, stop);
        _referee = await market.TrustedAsync(TrustedRole.Referee, stop);
        _dataset = await market.DatasetAsync([_ada, _ben, _cleo], stop);
        return
        [
            .. await ShardAsync(stop), .. await DividendsAsync(stop), await VouchersAsync(stop),
            await new JobBench(market, _dataset, _scheduler, _referee, report).RunAsync(stop),
        ];
    }

    /// <param name="name">What was measured.</param>
    /// <param name="gas">The figure.</param>
    /// <param name="limit">The most that holds.</param>
    /// <param name="reference">What was published of others, null where nothing comparable was.</param>
    /// <param name="note">What the figures are of.</param>
    public static BenchBar Bar(string name, ulong gas, ulong limit, ulong? reference, string? note) => new(
        name, gas, "gas", limit, reference, reference is { } other ? Math.Round((double)gas / other, 2) : null, gas <= limit, note);

    private async Task<IReadOnlyList<BenchBar>> ShardAsync(CancellationToken stop)
    {
        report("a shard is proposed and accepted");
        var proposals = market.Ledger.Proposals;
        var allowance = await market.AllowAsync(_contributor, market.Ledger.Addresses.Proposals, stop);

        ProposalId id = default;
        var propose = await market.GasOfAsync(
            async () => id = await proposals.ProposeAsync(_dataset.Id, BenchMarket.Offer("shard", 1_000), _contributor, stop));
        await EvaluateAsync(id, stop);
        var votes = new List<ulong>();
        foreach (var (voter, choice) in new[] { (_ada, Choice.Yes), (_ben, Choice.No), (_cleo, Choice.Yes) })
            votes.Add(await market.GasOfAsync(() => proposals.VoteAsync(id, choice, null, voter, stop)));
        Finalised? end = null;
        var finalise = await market.GasOfAsync(async () => end = await proposals.FinaliseAsync(id, _contributor, stop));
        if (end!.State != ProposalState.Accepted || end.Minted == ShareAmount.Zero)
            throw new InvalidOperationException($"The measured proposal ended {end.State} with {end.Minted} shares.");

        var all = propose + finalise + votes.Aggregate(0UL, (sum, gas) => sum + gas);
        var given = string.Create(CultureInfo.InvariantCulture,
            $"the allowance for bonds ({allowance:N0} gas) is given once and not in it");
        return
        [
            Bar("propose", propose, 130_000, 249_000, $"published prototype 249k, Governor 69k without shares, Snapshot X 149k; {given}"),
            Bar("vote", votes.Max(), 60_000, 89_000,
                "the dearest of three first votes; published prototype 89k to 123k, Governor 66k to 83k, Snapshot X 43k"),
            Bar("finalise with mint", finalise, 160_000, 241_000,
                "the contributor's first shares; published prototype 241k, Governor with timelock 254k without shares"),
            Bar("one shard accepted with three votes", all, 470_000, 540_000,
                $"propose, three votes, finalise; Governor about 540k, published prototype about 790k, Vana about 1,260k; {given}"),
        ];
    }

    private async Task EvaluateAsync(ProposalId id, CancellationToken stop)
    {
        var statement = new EvaluationStatement(
            _dataset.Id, id, 900_000, 910_000, 5_000, 1_000, 0, default, BenchMarket.Named("checkpoint"), await MeasureAsync(id, stop),
            ChainTime.From((await market.NowAsync(stop)).ToUnixTimeSeconds() + 3_600));
        var proposals = market.Ledger.Proposals;
        await proposals.PostEvaluationAsync(proposals.Statements.Sign(statement, _referee.Signer.Key), _referee.Signer, stop);
    }

    /// <summary>A settled job of one worker that measured a proposal: the ledger takes no other's word for it.</summary>
    private async Task<JobId> MeasureAsync(ProposalId proposal, CancellationToken stop)
    {
        var (jobs, buyer, worker, scheduler) = (market.Ledger.Jobs, await market.PartyAsync(stop), await market.WorkerAsync(stop),
            _scheduler.Signer);
        var (result, seed, salt, deadline) = (BenchMarket.Named("measured"), BenchMarket.Named("seed").ToHash32(),
            BenchMarket.Named("salt").ToHash32(), await market.NowAsync(stop) + TimeSpan.FromDays(1));
        var order = new JobOrder(JobKind.Evaluation, _dataset.Id, proposal, BenchMarket.Named("plan"), scheduler.Address,
            _referee.Signer.Address, 1, Money.Dollars(1), deadline);
        var job = await jobs.CreateAsync(order, buyer, stop);
        var (block, _, _) = await jobs.AcceptAsync(job.Id, seed, scheduler, stop);
        var assigned = await jobs.AssignAsync(job.Id, job.Transcript, seed, block, Hash32.Zero, scheduler, stop);
        var commits = new MerkleTree([JobStatements.CommitmentLeaf(job.Id, worker.Address, result, 0, salt)]);
        var (anchoredAt, transcript) = await jobs.AnchorAsync(job.Id, commits.Root, scheduler, stop);
        var pay = new PaySheet(job.Id, [(worker.Address, Money.Dollars(1))]);
        var receipt = new WorkReceipt(worker.Address, salt, jobs.Statements.SignReceipt(job.Id, result, 0, salt, worker.Key),
            commits.ProofOf(0));
        await jobs.SettleAsync(job.Id, assigned.Transcript, commits.Root, anchoredAt, new JobOutcome(transcript, result, 0, pay.Root),
            [receipt], pay.Total, scheduler, stop);
        return job.Id;
    }

    private async Task<IReadOnlyList<BenchBar>> DividendsAsync(CancellationToken stop)
    {
        report("dividends are paid and claimed");
        var shares = market.Ledger.Shares;
        await market.AllowAsync(_contributor, _dataset.ShareToken, stop);
        var first = await market.GasOfAsync(() => shares.DepositAsync(_dataset.Id, Money.Dollars(100), _contributor, stop));
        var deposit = await market.GasOfAsync(() => shares.DepositAsync(_dataset.Id, Money.Dollars(100), _contributor, stop));
        var firstClaim = await market.GasOfAsync(() => shares.ClaimAsync(_dataset.Id, _ben.Address, _ben, stop));
        await shares.DepositAsync(_dataset.Id, Money.Dollars(100), _contributor, stop);
        var claim = await market.GasOfAsync(() => shares.ClaimAsync(_dataset.Id, _ben.Address, _ben, stop));
        return
        [
            Bar("dividend deposit", deposit, 70_000, null,
                string.Create(CultureInfo.InvariantCulture,
                    $"to a dataset that has earned before; its first ever costs {first:N0}; the allowance is given")),
            Bar("dividend claim", claim, 60_000, null,
                string.Create(CultureInfo.InvariantCulture, $"by a holder that has claimed before; the first claim costs {firstClaim:N0}")),
        ];
    }

    private async Task<BenchBar> VouchersAsync(CancellationToken stop)
    {
        report("two thousand predictions are paid and settled");
        var predictions = market.Ledger.Predictions;
        var checkpoint = BenchMarket.Named("served");
        var model = await market.Ledger.Models.RegisterAsync(
            new ModelRegistration(checkpoint, BenchMarket.Named("architecture"), Cid.Raw(checkpoint), [], _dataset.Id, 0, new Money(10_000),
                Result: null), _ada, stop);
        await predictions.AppointAsync(model, _ben.Address, 3_000, _ada, stop);
        var channel = await predictions.OpenAsync(model, _ben.Address, null, Money.Dollars(20), _contributor, stop);
        var first = await SettleAsync(channel, Money.Dollars(10), stop);
        var later = await SettleAsync(channel, Money.Dollars(20), stop);
        return Bar("voucher settlement", first, 100_000, null, string.Create(
            CultureInfo.InvariantCulture,
            $"1,000 predictions of a worker and a model that had never earned; the next 1,000 cost {later:N0}"));
    }

    private Task<ulong> SettleAsync(Channel channel, Money sum, CancellationToken stop)
    {
        var voucher = market.Ledger.Predictions.Statements.Sign(new Voucher(channel.Id, sum), _contributor.Key);
        return market.GasOfAsync(() => market.Ledger.Predictions.SettleAsync(voucher, _ben, stop));
    }
}
