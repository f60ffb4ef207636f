using DataBright.Market.Datasets;
using DataBright.Market.Models;
using DataBright.Market.Tests.Proposals;
using DataBright.Storage;

namespace DataBright.Market.Tests.Datasets;

[Collection(nameof(TestMarket))]
public sealed class DatasetLedgerTests(TestMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => market.Ledger;

    [Fact]
    public async Task A_dataset_is_created_with_its_founders_and_its_first_shard()
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync();
        var charter = TestMarket.Charter(TestMarket.Policy,
            [new Founder(anna.Address, ShareAmount.Whole(60)), new Founder(ben.Address, ShareAmount.Whole(40))]);

        var created = await Ledger.Datasets.CreateAsync(charter, anna, Stop);

        (await Ledger.Datasets.FindAsync(created.Id, Stop)).ShouldBe(created);
        created.ShouldBe(created with
        {
            Initiator = anna.Address,
            Description = charter.Description,
            Schema = charter.Schema,
            HeldOut = charter.HeldOut,
        });
        (await Ledger.Datasets.PolicyAsync(created.Id, Stop)).ShouldBe(TestMarket.Policy);
        (await Ledger.Shares.SupplyAsync(created.Id, Stop)).ShouldBe(ShareAmount.Whole(100));
        (await Ledger.Shares.BalanceAsync(created.Id, ben.Address, Stop)).ShouldBe(ShareAmount.Whole(40));
        (await Ledger.Shares.TokenAsync(created.Id, Stop)).ShouldBe(created.ShareToken);
        var shard = (await Ledger.Datasets.FindShardAsync(created.Id, charter.Founding.Root, Stop)).ShouldNotBeNull();
        shard.ShouldBe(shard with { Contributor = anna.Address, Count = 100, Proposal = null, Delisted = false });
        (await Ledger.Datasets.SharesForAsync(created.Id, 10, 500_000, Stop)).ShouldBe(ShareAmount.Whole(15));
        (await Ledger.Datasets.CountAsync(Stop)).ShouldBeGreaterThanOrEqualTo(created.Id.Value);
    }

    [Fact]
    public async Task Dividends_belong_to_those_who_hold_shares_when_they_come()
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync(), payer = await market.PartyAsync();
        var id = (await market.DatasetAsync(TestMarket.Policy, anna, (anna, 100))).Id;
        await Ledger.Shares.DepositAsync(id, Money.Dollars(100), payer, Stop);
        await Ledger.Shares.TransferAsync(id, ben.Address, ShareAmount.Whole(25), anna, Stop);
        await Ledger.Shares.DepositAsync(id, Money.Dollars(100), payer, Stop);

        (await Ledger.Shares.ClaimableAsync(id, anna.Address, Stop)).ShouldBeInRange(Money.Dollars(175) - new Money(2), Money.Dollars(175));
        (await Ledger.Shares.ClaimableAsync(id, ben.Address, Stop)).ShouldBeInRange(Money.Dollars(25) - new Money(2), Money.Dollars(25));
        (await Ledger.Shares.TotalDepositedAsync(id, Stop)).ShouldBe(Money.Dollars(200));
        var paid = await Ledger.Shares.ClaimAsync(id, ben.Address, payer, Stop);
        (await Ledger.Dollars.BalanceAsync(ben.Address, Stop)).ShouldBe(Money.Dollars(10_000) + paid);
    }

    [Fact]
    public async Task Two_calls_of_one_account_do_not_spend_each_others_approval()
    {
        Signer anna = await market.PartyAsync(), payer = await market.PartyAsync();
        var id = (await market.DatasetAsync(TestMarket.Policy, anna, (anna, 100))).Id;
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Ledger.Shares.DepositAsync(id, Money.Dollars((ulong)i), payer, Stop)));
        (await Ledger.Shares.TotalDepositedAsync(id, Stop)).ShouldBe(Money.Dollars(36));
        (await Ledger.Dollars.BalanceAsync(payer.Address, Stop)).ShouldBe(Money.Dollars(10_000 - 36));
    }

    [Fact]
    public async Task What_the_rules_forbid_is_said_plainly()
    {
        Signer anna = await market.PartyAsync();
        IReadOnlyList<Founder> founders = [new(anna.Address, ShareAmount.Whole(100))];
        Task Create(DatasetPolicy policy, IReadOnlyList<Founder> f) =>
            Ledger.Datasets.CreateAsync(TestMarket.Charter(policy, f), anna, Stop);

        (await market.ShouldBreakAsync(Rule.PolicyInvalid, () => Create(TestMarket.Policy with { QuorumBps = 10_001 }, founders)))
            .Message.ShouldBe("The policy's quorumBps cannot be 10001. The documentation of the policy names the legal range.");
        await market.ShouldBreakAsync(Rule.PolicyInvalid, () => Create(TestMarket.Policy with { ThresholdBps = 4_999 }, founders));
        await market.ShouldBreakAsync(Rule.FoundersInvalid, () => Create(TestMarket.Policy, []));
        (await Ledger.Datasets.FindAsync(new DatasetId(9_999), Stop)).ShouldBeNull();
        await market.ShouldBreakAsync(Rule.DatasetUnknown, () => Ledger.Datasets.PolicyAsync(new DatasetId(9_999), Stop));
        await market.ShouldBreakAsync(Rule.DatasetUnknown, () => Ledger.Shares.BalanceAsync(new DatasetId(9_999), anna.Address, Stop));
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 100));
        (await Ledger.Datasets.FindShardAsync(dataset.Id, default, Stop)).ShouldBeNull();
        (await market.ShouldBreakAsync(Rule.ERC20InsufficientBalance, () =>
            Ledger.Shares.TransferAsync(dataset.Id, market.Deployer.Address, ShareAmount.Whole(101), anna, Stop))).Message
            .ShouldContain("100 shares");
    }

    [Fact]
    public async Task A_model_trained_elsewhere_is_registered_with_its_parents_and_moves_no_best_checkpoint()
    {
        Signer anna = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 100));
        var model = new ModelRegistration(
            Digest.Of("p"u8), Digest.Of("a"u8), Cid.Raw(Digest.Of("p"u8)), [], dataset.Id, 900_000, Money.Dollars(2), null);
        var first = await Ledger.Models.RegisterAsync(model, anna, Stop);
        var second = await Ledger.Models.RegisterAsync(model, anna, Stop);
        var child = await Ledger.Models.RegisterAsync(model with { Parents = [second, first] }, anna, Stop);
        child.Value.ShouldBeGreaterThan(second.Value);
        (await Ledger.Models.BestOfAsync(dataset.Id, Stop)).ShouldBeNull();
        (await Ledger.Models.FindAsync(new ModelId(9_999), Stop)).ShouldBeNull();

        await market.ShouldBreakAsync(Rule.ParentInvalid,
            () => Ledger.Models.RegisterAsync(model with { Parents = [new ModelId(9_999)] }, anna, Stop));
        await market.ShouldBreakAsync(Rule.ParentsTooMany, () =>
            Ledger.Models.RegisterAsync(model with { Parents = [.. Enumerable.Range(1, 17).Select(i => new ModelId((ulong)i))] },
                anna, Stop));
        await market.ShouldBreakAsync(Rule.MetricInvalid,
            () => Ledger.Models.RegisterAsync(model with { MetricPpm = 1_000_001 }, anna, Stop));
        await market.ShouldBreakAsync(Rule.CheckpointMissing,
            () => Ledger.Models.RegisterAsync(model with { Checkpoint = default }, anna, Stop));
    }
}
