using DataBright.Ethereum;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Tests.Proposals;
using DataBright.Market.Trust;

namespace DataBright.Market.Tests.Jobs;

[Collection(nameof(TestMarket))]
public sealed class JobLedgerTests(TestMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => market.Ledger;

    [Fact]
    public async Task A_job_runs_from_order_to_a_registered_model_and_every_dollar_arrives()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 3);
        (await Ledger.Dollars.BalanceAsync(run.Buyer.Address, Stop)).ShouldBe(Money.Dollars(10_000) - run.Job.Price);
        run.Job.DatasetFee.ShouldBe(Money.Dollars(50));
        run.Job.Transcript.ShouldBe(JobTranscript.Ordered(run.Job.Id, run.Buyer.Address, run.Job.Order, run.Job.DatasetFee));

        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();

        foreach (var worker in run.Workers)
        {
            var (pay, proof) = run.Pay.ClaimOf(worker.Address)!.Value;
            await Ledger.Jobs.ClaimPayAsync(run.Job.Id, run.Outcome, worker.Address, pay, proof, run.Buyer, Stop);
            (await Ledger.Jobs.IsPaidAsync(run.Job.Id, worker.Address, Stop)).ShouldBeTrue();
            (await Ledger.Jobs.WithdrawAsync(worker.Address, worker, Stop)).ShouldBe(Money.Dollars(10));
            await market.ShouldBreakAsync(Rule.PayAlreadyClaimed, () =>
                Ledger.Jobs.ClaimPayAsync(run.Job.Id, run.Outcome, worker.Address, pay, proof, run.Buyer, Stop));
        }
        await run.ClaimFeeAsync(run.Scheduler);
        await market.ShouldBreakAsync(Rule.PayAlreadyClaimed, () => run.ClaimFeeAsync(run.Scheduler));
        (await Ledger.Jobs.WithdrawAsync(run.Scheduler.Address, run.Scheduler, Stop)).ShouldBe(Money.Dollars(5));
        (await Ledger.Jobs.WithdrawAsync(run.Buyer.Address, run.Buyer, Stop)).ShouldBe(Money.Dollars(10)); // 45 offered, 35 paid
        await market.ShouldBreakAsync(Rule.NothingOwed, () => Ledger.Jobs.WithdrawAsync(run.Buyer.Address, run.Buyer, Stop));
        (await Ledger.Shares.TotalDepositedAsync(run.Dataset.Id, Stop)).ShouldBe(Money.Dollars(50));

        var registration = run.Registration();
        var worse = registration with { MetricPpm = 999_999 };
        await market.ShouldBreakAsync(Rule.TranscriptMismatch, () => Ledger.Models.RegisterAsync(worse, run.Buyer, Stop));
        await market.ShouldBreakAsync(Rule.NotTheBuyer, () => Ledger.Models.RegisterAsync(registration, run.Workers[0], Stop));
        (await Ledger.Models.BestOfAsync(run.Dataset.Id, Stop)).ShouldBeNull();
        var id = await Ledger.Models.RegisterAsync(registration, run.Buyer, Stop);
        (await Ledger.Models.FindAsync(id, Stop))
            .ShouldBe(new Model(id, run.Buyer.Address, registration.Checkpoint, run.Dataset.Id, Money.Dollars(1)));
        (await Ledger.Models.BestOfAsync(run.Dataset.Id, Stop)).ShouldBeNull("a job alone moves it nowhere");
        await Ledger.Models.MoveBestAsync(run.Best(id, 984_000), run.Buyer, Stop);
        (await Ledger.Models.BestOfAsync(run.Dataset.Id, Stop)).ShouldBe((id, 984_000u));
        await market.ShouldBreakAsync(Rule.NotBetter, () => Ledger.Models.MoveBestAsync(run.Best(id, 984_000), run.Buyer, Stop));
    }

    [Fact]
    public async Task The_steps_are_bound_in_the_transcript_as_computed_here()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1);
        await run.AcceptAndAssignAsync();
        var accepted = JobTranscript.Accepted(run.Job.Transcript, JobTranscript.SeedHash(run.Seed), run.AcceptedAt);
        run.Assignment.Beacon.ShouldBe(JobTranscript.Beacon(run.Seed, run.AcceptanceBlock));
        run.Assignment.Transcript.ShouldBe(JobTranscript.Assigned(accepted, run.Assignment.Beacon, JobRun.AssignmentRoot));
        await run.AnchorAsync(run.Workers);
        run.Outcome.Previous.ShouldBe(JobTranscript.Anchored(run.Assignment.Transcript, run.CommitsRoot, run.AnchoredAt));
        await run.SettleAsync();
        var job = (await Ledger.Jobs.FindAsync(run.Job.Id, Stop)).ShouldNotBeNull();
        job.Transcript.ShouldBe(JobTranscript.Settled(run.Outcome));
        job.ShouldBe(job with
        {
            State = JobState.Settled,
            Kind = JobKind.Training,
            Redundancy = 1,
            Buyer = run.Buyer.Address,
            Dataset = run.Dataset.Id,
            Pay = Money.Dollars(15),
            Deadline = run.Job.Order.Deadline,
            AnyConvicted = false,
        });
    }

    [Fact]
    public async Task A_liar_loses_its_stake_to_the_buyer_and_the_reporter_and_its_pay()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 3);
        await run.AcceptAndAssignAsync();
        var liar = await market.WorkerAsync();
        var reporter = await market.PartyAsync(0);
        var verdict = new Verdict(run.Job.Id, liar.Address, reporter.Address, Digest.Of("evidence"u8));
        var statements = Ledger.Jobs.Statements;
        statements.VerdictDigest(verdict).ShouldBe(await market.Client.CallAsync(Generated.Jobs.VerdictDigest(
            market.Addresses.Jobs, new Generated.Jobs.Verdict(verdict.Job, verdict.Worker, verdict.Reporter, verdict.Evidence.ToHash32())),
            stop: Stop));

        var forged = statements.SignVerdict(verdict, run.Buyer.Key);
        await market.ShouldBreakAsync(Rule.KeyNotTrusted, () => Ledger.Jobs.ConvictAsync(verdict, forged, run.Scheduler, Stop));
        var (_, otherReferee) = await market.TrustedAsync(TrustedRole.Referee);
        var foreign = statements.SignVerdict(verdict, otherReferee.Key);
        await market.ShouldBreakAsync(Rule.NotTheReferee, () => Ledger.Jobs.ConvictAsync(verdict, foreign, run.Scheduler, Stop));
        var signed = statements.SignVerdict(verdict, run.Referee.Key);
        var conviction = await Ledger.Jobs.ConvictAsync(verdict, signed, run.Scheduler, Stop);

        int slashBps = await Ledger.Workers.SlashBpsAsync(Stop);
        conviction.Slashed.ShouldBe(TestMarket.Stake.TimesDown((UInt128)slashBps, 10_000));
        (await Ledger.Jobs.IsConvictedAsync(run.Job.Id, liar.Address, Stop)).ShouldBeTrue();
        (await Ledger.Jobs.OwedAsync(reporter.Address, Stop)).ShouldBe(conviction.Slashed.TimesDown(1, 2));
        (await Ledger.Jobs.OwedAsync(run.Buyer.Address, Stop)).ShouldBe(conviction.Slashed - conviction.Slashed.TimesDown(1, 2));
        (await Ledger.Workers.FindAsync(liar.Address, Stop))!.Stake.ShouldBe(TestMarket.Stake - conviction.Slashed);
        await market.ShouldBreakAsync(Rule.WorkerAlreadyConvicted, () => Ledger.Jobs.ConvictAsync(verdict, signed, run.Scheduler, Stop));

        await run.AnchorAsync([run.Workers[0], run.Workers[1], liar]);
        await market.ShouldBreakAsync(Rule.WorkerAlreadyConvicted, run.SettleAsync);
    }

    [Fact]
    public async Task A_jobs_history_gives_back_what_the_contract_keeps_only_a_hash_of()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 2);
        var history = new JobHistory(Ledger);
        (await history.FindSettledAsync(run.Job.Id, Stop)).ShouldBeNull();
        await run.AcceptAndAssignAsync();
        var liar = await market.WorkerAsync();
        var verdict = new Verdict(run.Job.Id, liar.Address, run.Buyer.Address, Digest.Of("evidence"u8));
        var conviction = await Ledger.Jobs.ConvictAsync(verdict, Ledger.Jobs.Statements.SignVerdict(verdict, run.Referee.Key),
            run.Buyer, Stop);
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();

        var settled = (await history.FindSettledAsync(run.Job.Id, Stop)).ShouldNotBeNull();
        settled.ShouldBe(settled with { Buyer = run.Buyer.Address, Order = run.Job.Order, Outcome = run.Outcome,
            PayTotal = Money.Dollars(25), DatasetFee = Money.Dollars(50) });
        settled.Workers.ShouldBe(run.Workers.Select(worker => worker.Address));
        (await history.ConvictionsAsync(run.Job.Id, Stop)).ShouldBe([conviction]);
        (await history.ConvictionsAsync(new JobId(9_999), Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_result_that_was_not_committed_to_by_all_is_not_settled()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 3);
        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        var good = run.Receipts;

        run.Receipts = [good[0], good[1]];
        await market.ShouldBreakAsync(Rule.ReceiptCountInvalid, run.SettleAsync);
        run.Receipts = [good[0], good[1], good[1]];
        await market.ShouldBreakAsync(Rule.ReceiptsUnordered, run.SettleAsync);
        run.Receipts = [good[0], good[1], good[2] with { Signature = good[1].Signature }];
        await market.ShouldBreakAsync(Rule.ReceiptSignatureInvalid, run.SettleAsync);
        run.Receipts = [good[0], good[1], good[2] with { Proof = good[1].Proof }];
        await market.ShouldBreakAsync(Rule.ReceiptNotAnchored, run.SettleAsync);
        run.Receipts = good;
        var outcome = run.Outcome;
        run.Outcome = outcome with { MetricPpm = 990_000 };
        await market.ShouldBreakAsync(Rule.ReceiptSignatureInvalid, run.SettleAsync);
        run.Outcome = outcome with { Previous = default };
        await market.ShouldBreakAsync(Rule.TranscriptMismatch, run.SettleAsync);
        run.Outcome = outcome;
        await market.ShouldBreakAsync(Rule.NotTheScheduler, () => run.SettleAsync(run.Buyer));
        await run.SettleAsync();
        await market.ShouldBreakAsync(Rule.JobStateInvalid, run.SettleAsync);
    }

    [Fact]
    public async Task A_job_whose_scheduler_disappears_is_refunded_after_its_deadline()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1);
        await market.ShouldBreakAsync(Rule.JobNotExpired, () => Ledger.Jobs.RefundAsync(run.Job.Id, run.Workers[0], Stop));
        await market.Chain.AdvanceAsync(TimeSpan.FromHours(25), Stop);
        await market.ShouldBreakAsync(Rule.JobExpired, run.AcceptAndAssignAsync);
        (await Ledger.Jobs.RefundAsync(run.Job.Id, run.Workers[0], Stop)).ShouldBe(run.Job.Price);
        (await Ledger.Jobs.WithdrawAsync(run.Buyer.Address, run.Buyer, Stop)).ShouldBe(run.Job.Price);
        (await Ledger.Dollars.BalanceAsync(run.Buyer.Address, Stop)).ShouldBe(Money.Dollars(10_000));
        (await Ledger.Jobs.FindAsync(run.Job.Id, Stop))!.State.ShouldBe(JobState.Refunded);
    }

    [Fact]
    public async Task An_evaluation_pays_no_dataset_and_makes_no_model()
    {
        var run = await JobRun.StartAsync(market, JobKind.Evaluation, workers: 2);
        run.Job.DatasetFee.ShouldBe(Money.Zero);
        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        await market.ShouldBreakAsync(Rule.SubjectInvalid, () => Ledger.Models.RegisterAsync(run.Registration(), run.Buyer, Stop));
    }

    [Fact]
    public async Task What_the_rules_forbid_is_said_plainly()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1);
        var order = run.Job.Order;
        (await market.ShouldBreakAsync(Rule.RedundancyInvalid,
            () => Ledger.Jobs.CreateAsync(order with { Redundancy = 4 }, run.Buyer, Stop)))
            .Message.ShouldBe("A job is done by 1, 2 or 3 workers each, not by 4.");
        await market.ShouldBreakAsync(Rule.DeadlineInvalid,
            () => Ledger.Jobs.CreateAsync(order with { Deadline = DateTimeOffset.UnixEpoch }, run.Buyer, Stop));
        await market.ShouldBreakAsync(Rule.KeyNotTrusted,
            () => Ledger.Jobs.CreateAsync(order with { Scheduler = order.Referee }, run.Buyer, Stop));
        await market.ShouldBreakAsync(Rule.DatasetUnknown,
            () => Ledger.Jobs.CreateAsync(order with { Dataset = new DatasetId(9_999) }, run.Buyer, Stop));
        await market.ShouldBreakAsync(Rule.JobUnknown, () => Ledger.Jobs.RefundAsync(new JobId(9_999), run.Buyer, Stop));
        (await Ledger.Jobs.FindAsync(new JobId(9_999), Stop)).ShouldBeNull();
        await market.ShouldBreakAsync(Rule.JobStateInvalid, () => Ledger.Jobs.AnchorAsync(run.Job.Id, default, run.Scheduler, Stop));
        (await market.ShouldBreakAsync(Rule.NotTheScheduler, () => Ledger.Jobs.AcceptAsync(run.Job.Id, default, run.Buyer, Stop)))
            .Message.ShouldContain("scheduler");
    }

    [Fact]
    public void A_pay_sheet_names_each_worker_once()
    {
        var worker = Address.Parse("0x00000000000000000000000000000000000000aa");
        Should.Throw<ArgumentException>(() => new PaySheet(new JobId(1), [(worker, Money.Dollars(1)), (worker, Money.Dollars(1))]));
        new PaySheet(new JobId(1), [(worker, Money.Dollars(1))]).ClaimOf(Address.Zero).ShouldBeNull();
    }
}
