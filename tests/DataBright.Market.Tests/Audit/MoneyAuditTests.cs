using DataBright.Market.Audit;
using DataBright.Market.Jobs;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Tests.Jobs;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Market.Tests.Audits;

/// <summary>A market of its own: money that another test gives away would spoil the books.</summary>
public sealed class MoneyAuditTests(MoneyAuditTests.OwnMarket own) : IClassFixture<MoneyAuditTests.OwnMarket>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => own.Market.Ledger;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_unit_is_accounted_for_at_every_step_of_a_whole_story()
    {
        var market = own.Market;
        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        async Task BalanceAsync(string moment)
        {
            var audit = await MoneyAudit.TakeAsync(Ledger, index, TimeProvider.System, Stop);
            foreach (var books in audit.Books)
                books.ShouldBe(books with { In = books.Out + books.Held, Owed = books.Held }, $"{moment}: {books.Contract}");
            audit.Conserved.ShouldBeTrue();
        }

        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 97), (ben, 3));
        await BalanceAsync("nothing has been paid");
        var good = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), ben, Stop);
        var bad = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), ben, Stop);
        var ignored = await Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(), ben, Stop);
        await BalanceAsync("bonds are in");
        await Ledger.Proposals.VoteAsync(good, Choice.Yes, null, anna, Stop);
        await Ledger.Proposals.FinaliseAsync(good, ben, Stop);
        await Ledger.Proposals.VoteAsync(bad, Choice.No, null, anna, Stop);
        await Ledger.Proposals.FinaliseAsync(bad, anna, Stop);
        await BalanceAsync("one bond went to the shareholders");
        await Ledger.Proposals.WithdrawBondAsync(good, anna, Stop);
        await Ledger.Shares.DepositAsync(dataset.Id, new Money(100_000_007), anna, Stop);
        await Ledger.Shares.ClaimAsync(dataset.Id, ben.Address, ben, Stop);
        await BalanceAsync("dividends with a remainder");

        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 3);
        await BalanceAsync("a job is in escrow");
        await run.AcceptAndAssignAsync();
        var liar = await market.WorkerAsync(stakeDollars: 133);
        var verdict = new Verdict(run.Job.Id, liar.Address, ben.Address, Digest.Of("evidence"u8));
        await Ledger.Jobs.ConvictAsync(verdict, Ledger.Jobs.Statements.SignVerdict(verdict, run.Referee.Key), ben, Stop);
        await BalanceAsync("a liar was slashed");
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        await BalanceAsync("the job is settled");
        var (pay, proof) = run.Pay.ClaimOf(run.Workers[1].Address)!.Value;
        await Ledger.Jobs.ClaimPayAsync(run.Job.Id, run.Outcome, run.Workers[1].Address, pay, proof, ben, Stop);
        await run.ClaimFeeAsync(ben);
        await Ledger.Jobs.WithdrawAsync(run.Workers[1].Address, ben, Stop);
        await Ledger.Jobs.WithdrawAsync(ben.Address, ben, Stop);
        await BalanceAsync("some have claimed");
        (await Ledger.Shares.ClaimableAsync(run.Dataset.Id, [run.Buyer.Address, anna.Address], Stop)).ShouldBe([Money.Zero, Money.Zero]);

        var late = await JobRun.StartAsync(market, JobKind.Training, workers: 1);
        await Ledger.Workers.BeginExitAsync(liar, Stop);
        await market.Chain.AdvanceAsync(TestMarket.CoolDown, Stop);
        await Ledger.Jobs.RefundAsync(late.Job.Id, ben, Stop);
        await Ledger.Workers.WithdrawStakeAsync(liar, Stop);
        (await Ledger.Proposals.FinaliseAsync(ignored, ben, Stop)).State.ShouldBe(ProposalState.Expired);
        await BalanceAsync("a refund, a stake and an expired bond");

        var byUse = await JobRun.StartAsync(market, JobKind.Training, workers: 1, TestMarket.Policy with { UsageBps = 3_333 });
        await Ledger.Dollars.MintAsync(byUse.Scheduler.Address, Money.Dollars(500), market.Deployer, Stop);
        await byUse.AcceptAndAssignAsync();
        await byUse.AnchorAsync(byUse.Workers);
        await byUse.SettleAsync();
        await BalanceAsync("a job keeps a part for its contributors");
        var sheet = UsageSheet.Divide(byUse.Job.Id, await Ledger.Usage.KeptAsync(byUse.Job.Id, Stop),
            [(anna.Address, 7), (ben.Address, 11)])!;
        await Ledger.Usage.PostAsync(sheet, Cid.Raw(Digest.Of("evidence"u8)), byUse.Scheduler, Stop);
        await BalanceAsync("a usage dividend is posted");
        await Ledger.Usage.ChallengeAsync(byUse.Job.Id, "no", ben, Stop);
        await BalanceAsync("it is challenged");
        await Ledger.Usage.RuleAsync(Ledger.Usage.Sign(new UsageRuling(byUse.Job.Id, sheet.Root, sheet.Total, Digest.Of("redone"u8)),
            byUse.Referee.Key), ben, Stop);
        await BalanceAsync("it is upheld");
        await Ledger.Usage.ClaimAsync(sheet, anna.Address, ben, Stop);
        await Ledger.Usage.WithdrawAsync(byUse.Scheduler.Address, ben, Stop);
        await BalanceAsync("a contributor has claimed");

        var deadline = await market.NowAsync() + TimeSpan.FromDays(2);
        var request = await Ledger.Requests.OpenAsync(
            new RequestAsk(Digest.Of("more"u8), dataset.Schema, null, new Money(33_333), deadline, new Money(7_000_001)), anna, Stop);
        await Ledger.Requests.AdoptAsync(request, dataset.Id, anna, Stop);
        await Ledger.Requests.SponsorAsync(request, new Money(5_000_003), ben, Stop);
        await BalanceAsync("a request has sponsors");
        var wanted = TestMarket.Offer();
        var brought = await Ledger.Proposals.ProposeAsync(dataset.Id, wanted, ben, Stop);
        await Ledger.Proposals.VoteAsync(brought, Choice.Yes, null, anna, Stop);
        await Ledger.Proposals.VoteAsync(brought, Choice.Yes, null, ben, Stop);
        await Ledger.Proposals.FinaliseAsync(brought, ben, Stop);
        await Ledger.Requests.PayRewardAsync(request, wanted.Root, anna, Stop);
        await BalanceAsync("a contributor was rewarded");
        await market.Chain.AdvanceAsync(TimeSpan.FromDays(10), Stop);
        await Ledger.Requests.CloseAsync(request, anna, Stop);
        await Ledger.Requests.RefundAsync(request, ben.Address, anna, Stop);
        await BalanceAsync("a sponsor got back what was left");

        var model = await Ledger.Models.RegisterAsync(run.Registration() with { Result = null }, ben, Stop);
        await Ledger.Predictions.AppointAsync(model, anna.Address, 3_333, ben, Stop);
        var channel = await Ledger.Predictions.OpenAsync(model, anna.Address, null, new Money(1_000_003), ben, Stop);
        await BalanceAsync("a channel is open");
        await Ledger.Predictions.SettleAsync(Ledger.Predictions.Statements.Sign(new Voucher(channel.Id, new Money(77_777)), ben.Key),
            anna, Stop);
        await BalanceAsync("a voucher is settled");
        await Ledger.Predictions.DistributeAsync(model, [], anna, Stop);
        await Ledger.Predictions.WithdrawAsync(anna.Address, ben, Stop);
        await BalanceAsync("earnings are distributed");
        await Ledger.Predictions.CloseAsync(channel.Id, anna, Stop);
        await BalanceAsync("the channel is closed");

        await Ledger.Dollars.TransferAsync(market.Addresses.Proposals, new Money(1), ben, Stop);
        var spoilt = await MoneyAudit.TakeAsync(Ledger, index, TimeProvider.System, Stop);
        spoilt.Conserved.ShouldBeFalse("one unit too much is found");
        spoilt.Books.Single(books => !books.Balanced).ShouldSatisfyAllConditions(
            books => books.Contract.ShouldBe("Proposals"), books => (books.Held - books.Owed).ShouldBe(new Money(1)));
    }

    public sealed class OwnMarket : IAsyncLifetime
    {
        public TestMarket Market { get; } = new();

        public ValueTask InitializeAsync() => Market.InitializeAsync();

        public ValueTask DisposeAsync() => Market.DisposeAsync();
    }
}
