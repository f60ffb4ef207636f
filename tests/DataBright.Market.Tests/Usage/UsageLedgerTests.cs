using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Tests.Jobs;
using DataBright.Market.Trust;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Market.Tests.Usage;

[Collection(nameof(TestMarket))]
public sealed class UsageLedgerTests(TestMarket market) : IDisposable
{
    private static readonly Cid EvidenceCid = Cid.Raw(Digest.Of("evidence"u8));

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private UsageLedger Usage => market.Ledger.Usage;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Contributors_are_paid_by_the_use_of_their_points_when_nobody_objects()
    {
        var (run, sheet, ada, ben) = await SettledAsync();
        sheet.Total.ShouldBe(new Money(24_999_999), "a third of 25 dollars three times, rounded down");
        await Usage.PostAsync(sheet, EvidenceCid, run.Scheduler, Stop);
        var posted = (await Usage.FindAsync(run.Job.Id, Stop)).ShouldNotBeNull();
        posted.ShouldBe(posted with { State = UsageState.Posted, Poster = run.Scheduler.Address, Challenger = null, Root = sheet.Root,
            Left = sheet.Total });
        await RefusedAsync(Rule.ChallengeNotOver, () => Usage.ConfirmAsync(run.Job.Id, ben, Stop));
        await RefusedAsync(Rule.UsageStateInvalid, () => Usage.ClaimAsync(sheet, ada.Address, ben, Stop));
        await market.Chain.AdvanceAsync(TimeSpan.FromDays(3) + TimeSpan.FromSeconds(1), Stop);
        await Usage.ConfirmAsync(run.Job.Id, ben, Stop);

        var before = await market.Ledger.Dollars.BalanceAsync(ada.Address, Stop);
        (await Usage.ClaimAsync(sheet, ada.Address, ben, Stop)).ShouldBe(new Money(16_666_666));
        (await market.Ledger.Dollars.BalanceAsync(ada.Address, Stop)).ShouldBe(before + new Money(16_666_666));
        (await Usage.IsClaimedAsync(run.Job.Id, ada.Address, Stop)).ShouldBeTrue();
        await RefusedAsync(Rule.UsageAlreadyClaimed, () => Usage.ClaimAsync(sheet, ada.Address, ben, Stop));
        (await Usage.WithdrawAsync(run.Scheduler.Address, ben, Stop)).ShouldBe(await Usage.BondAsync(Stop));
        (await Usage.KeptAsync(run.Job.Id, Stop)).ShouldBe(Money.Zero);
        (await market.Ledger.Shares.TotalDepositedAsync(run.Dataset.Id, Stop)).ShouldBe(Money.Dollars(50) - sheet.Total);

        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        var indexed = index.Usage.Find(run.Job.Id).ShouldNotBeNull();
        indexed.ShouldBe(indexed with { Posting = (await Usage.FindAsync(run.Job.Id, Stop))!, Evidence = EvidenceCid, Reason = "",
            Upheld = null });
        index.Usage.ClaimsOf(ada.Address, new SliceRequest(5)).Items.ShouldHaveSingleItem().Amount.ShouldBe(new Money(16_666_666));
    }

    [Fact]
    public async Task The_referees_own_valuation_ends_a_challenge()
    {
        var (run, sheet, ada, ben) = await SettledAsync();
        await Usage.PostAsync(sheet, EvidenceCid, run.Scheduler, Stop);
        await Usage.ChallengeAsync(run.Job.Id, "ben's points were noise", ada, Stop);
        var right = new UsageSheet(run.Job.Id, [(ada.Address, Money.Dollars(20))]);
        var ruling = new UsageRuling(run.Job.Id, right.Root, right.Total, Digest.Of("redone"u8));
        await RefusedAsync(Rule.KeyNotTrusted, () => Usage.RuleAsync(Usage.Sign(ruling, ada.Key), ada, Stop));
        (await Usage.RuleAsync(Usage.Sign(ruling, run.Referee.Key), ada, Stop)).ShouldBeFalse();
        (await Usage.WithdrawAsync(ada.Address, ben, Stop)).Units.ShouldBe((await Usage.BondAsync(Stop)).Units * 3 / 2,
            "its own bond, and half of the liar's; the other half is the shareholders'");
        await RefusedAsync(Rule.UsageProofInvalid, () => Usage.ClaimAsync(sheet, ben.Address, ben, Stop));
        (await Usage.ClaimAsync(right, ada.Address, ben, Stop)).ShouldBe(Money.Dollars(20));

        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        var indexed = index.Usage.Find(run.Job.Id).ShouldNotBeNull();
        indexed.ShouldBe(indexed with { Reason = "ben's points were noise", Upheld = false });
        indexed.Posting.Challenger.ShouldBe(ada.Address);
    }

    [Fact]
    public async Task A_silent_scheduler_gives_the_shareholders_nothing_and_the_referee_speaks_for_it()
    {
        var (run, sheet, ada, ben) = await SettledAsync();
        await RefusedAsync(Rule.NotTheScheduler, () => Usage.PostAsync(sheet, EvidenceCid, ada, Stop));
        var signed = Usage.Sign(new UsageRuling(run.Job.Id, sheet.Root, sheet.Total, EvidenceCid.Hash), run.Referee.Key);
        await RefusedAsync(Rule.PostingNotOver, () => Usage.RuleAsync(signed, ben, Stop));
        await market.Chain.AdvanceAsync(await Usage.PostingPeriodAsync(Stop) + TimeSpan.FromDays(2), Stop);
        (await market.Ledger.Shares.TotalDepositedAsync(run.Dataset.Id, Stop)).ShouldBe(Money.Dollars(25));
        (await Usage.RuleAsync(signed, ben, Stop)).ShouldBeFalse("nothing was posted that could have been right");
        (await Usage.ClaimAsync(sheet, ada.Address, ben, Stop)).ShouldBe(new Money(16_666_666));
        (await market.Ledger.Shares.TotalDepositedAsync(run.Dataset.Id, Stop)).ShouldBe(Money.Dollars(50) - sheet.Total);

        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        var indexed = index.Usage.Find(run.Job.Id).ShouldNotBeNull();
        indexed.ShouldBe(indexed with { Posting = (await Usage.FindAsync(run.Job.Id, Stop))!, Evidence = EvidenceCid, Upheld = false });
        indexed.Posting.Poster.ShouldBe(run.Referee.Address);
        (await new UsageHistory(market.Ledger).EvidenceAsync(run.Job.Id, Stop)).ShouldBe(EvidenceCid);
    }

    [Fact]
    public async Task A_challenge_that_its_referee_leaves_alone_waits_for_another_and_pays_nobody_meanwhile()
    {
        var (run, sheet, ada, ben) = await SettledAsync();
        var (_, other) = await market.TrustedAsync(TrustedRole.Referee);
        await Usage.PostAsync(sheet, EvidenceCid, run.Scheduler, Stop);
        await Usage.ChallengeAsync(run.Job.Id, "why not", ada, Stop);
        var signed = Usage.Sign(new UsageRuling(run.Job.Id, sheet.Root, sheet.Total, EvidenceCid.Hash), other.Key);
        await RefusedAsync(Rule.NotTheReferee, () => Usage.RuleAsync(signed, ben, Stop));
        await market.Chain.AdvanceAsync(await Usage.WindowAsync(Stop) + TimeSpan.FromSeconds(1), Stop);
        await RefusedAsync(Rule.UsageStateInvalid, () => Usage.ConfirmAsync(run.Job.Id, ben, Stop));
        (await Usage.OwedAsync(ada.Address, Stop)).ShouldBe(Money.Zero);
        (await Usage.RuleAsync(signed, ben, Stop)).ShouldBeTrue();
        (await Usage.OwedAsync(ada.Address, Stop)).ShouldBe(Money.Zero, "a challenge has a price");
        (await Usage.OwedAsync(run.Scheduler.Address, Stop)).ShouldBe(await Usage.BondAsync(Stop) * 2);
    }

    [Fact]
    public void A_part_is_divided_the_same_whatever_the_order()
    {
        var people = Enumerable.Range(1, 30).Select(i => Address.Parse($"0x{i:x40}")).ToList();
        var worth = people.Select((one, i) => (one, (ulong)(i * i))).ToList();
        var sheet = UsageSheet.Divide(new JobId(1), new Money(1_000_003), worth).ShouldNotBeNull();
        UsageSheet.Divide(new JobId(1), new Money(1_000_003), worth.AsEnumerable().Reverse())!.Root.ShouldBe(sheet.Root);
        sheet.ClaimOf(people[0]).ShouldBeNull("worth nothing");
        (new Money(1_000_003) - sheet.Total).ShouldBeLessThan(new Money(30));
        foreach (var (contributor, amount) in sheet.Lines)
        {
            var (claimed, proof) = sheet.ClaimOf(contributor)!.Value;
            claimed.ShouldBe(amount);
            MerkleTree.Verify(sheet.Root, PaySheet.Leaf(sheet.Job, contributor, amount), proof).ShouldBeTrue();
            MerkleTree.Verify(sheet.Root, PaySheet.Leaf(new JobId(2), contributor, amount), proof).ShouldBeFalse();
        }
        // Points of one contributor in two shards are one line.
        UsageSheet.Divide(new JobId(1), new Money(10), [(people[0], 1), (people[1], 2), (people[0], 1)])!.ClaimOf(people[0])!.Value.Amount
            .ShouldBe(new Money(5));
        UsageSheet.Divide(new JobId(1), new Money(10), [(people[0], 0)]).ShouldBeNull();
        UsageSheet.Divide(new JobId(1), Money.Zero, worth).ShouldBeNull();
        UsageSheet.Divide(new JobId(1), new Money(ulong.MaxValue), [(people[0], ulong.MaxValue), (people[1], ulong.MaxValue)])!.Lines.Count
            .ShouldBe(2);
    }

    [Theory]
    [InlineData(UsageState.Posted, 0, false, false)]
    [InlineData(UsageState.Posted, 1, true, true)]
    [InlineData(UsageState.Challenged, 1, false, false)]
    [InlineData(UsageState.Final, 0, true, false)]
    public void What_is_payable_is_final_or_was_left_unchallenged(UsageState state, int secondsAfter, bool payable, bool needsConfirming)
    {
        var until = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var posting = new UsagePosting(new JobId(1), state, default, null, until, Hash32.Zero, Money.Zero);
        (posting.IsPayable(until.AddSeconds(secondsAfter)),
            posting.NeedsConfirming(until.AddSeconds(secondsAfter))).ShouldBe((payable, needsConfirming));
    }

    [Fact]
    public void What_somebody_posted_who_is_not_trusted_any_more_waits_for_a_referee()
    {
        var until = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var posting = new UsagePosting(new JobId(1), UsageState.Posted, default, null, until, Hash32.Zero,
            Money.Zero) { IsPosterTrusted = false };
        (posting.IsPayable(until.AddDays(1)), posting.NeedsConfirming(until.AddDays(1))).ShouldBe((false, false));
        (posting with { State = UsageState.Final }).IsPayable(until).ShouldBeTrue();
    }

    [Fact]
    public void A_sheet_names_everyone_once()
    {
        var who = Address.Parse($"0x{1:x40}");
        Should.Throw<ArgumentException>(() => new UsageSheet(new JobId(1), [(who, new Money(1)), (who, new Money(2))]));
        Should.Throw<ArgumentException>(() => new UsageSheet(new JobId(1), [(who, Money.Zero)]));
        Should.Throw<ArgumentException>(() => new UsageSheet(new JobId(1), []));
    }

    private static async Task RefusedAsync(Rule rule, Func<Task> act) =>
        (await Should.ThrowAsync<RuleBrokenException>(act)).Rule.ShouldBe(rule);

    /// <summary>A settled job of 50 dollars for the data, half of it by use: two thirds ada's, one third ben's.</summary>
    private async Task<(JobRun Run, UsageSheet Sheet, Signer Ada, Signer Ben)> SettledAsync()
    {
        var run = await JobRun.StartAsync(market, JobKind.Training, workers: 1, TestMarket.Policy with { UsageBps = 5_000 });
        await market.Ledger.Dollars.MintAsync(run.Scheduler.Address, Money.Dollars(500), market.Deployer, Stop);
        await run.AcceptAndAssignAsync();
        await run.AnchorAsync(run.Workers);
        await run.SettleAsync();
        var (ada, ben) = (await market.PartyAsync(), await market.PartyAsync());
        var part = await Usage.KeptAsync(run.Job.Id, Stop);
        part.ShouldBe(Money.Dollars(25));
        return (run, UsageSheet.Divide(run.Job.Id, part, [(ada.Address, 2_000), (ben.Address, 1_000)])!, ada, ben);
    }
}
