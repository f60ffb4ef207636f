using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Market.Shares;
using DataBright.Storage;

namespace DataBright.Market.Tests.Predictions;

[Collection(nameof(TestMarket))]
public sealed class PredictionLedgerTests(TestMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private PredictionLedger Predictions => market.Ledger.Predictions;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_thousand_predictions_are_paid_by_one_transaction_and_everyone_gets_a_part()
    {
        var (owner, worker, buyer) = (await market.PartyAsync(), await market.PartyAsync(), await market.PartyAsync());
        var dataset = await market.DatasetAsync(TestMarket.Policy, owner, (owner, 10));
        var parent = await RegisterAsync(dataset, owner, royaltyBps: 1_000);
        var model = await RegisterAsync(dataset, owner, 0, parent);
        await Predictions.AppointAsync(model, worker.Address, 3_000, owner, Stop);
        (await Predictions.TermsAsync(model, worker.Address, Stop)).ShouldBe(3_000);
        (await Predictions.TermsAsync(model, owner.Address, Stop)).ShouldBe(0);
        (await Predictions.TermsAsync(model, buyer.Address, Stop)).ShouldBeNull();

        using var key = EthereumKey.Generate();
        var channel = await Predictions.OpenAsync(model, worker.Address, key.Address, Money.Dollars(20), buyer, Stop);
        (await Predictions.FindAsync(channel.Id, Stop)).ShouldBe(channel);
        Signed<Voucher>? last = null;
        for (ulong i = 1; i <= 1_000; i++)
        {
            last = Predictions.Statements.Sign(new Voucher(channel.Id, new Money(10_000) * i), key);
            Predictions.Statements.Require(last, channel);
        }

        (await Predictions.SettleAsync(last!, worker, Stop))
            .ShouldBe(new ChannelSettlement(channel.Id, Money.Dollars(10), Money.Dollars(3), Money.Dollars(7)));
        var done = await Predictions.DistributeAsync(model, [parent], buyer, Stop);
        done.ShouldBe(done with { Amount = Money.Dollars(7), DatasetPart = new Money(1_400_000), OwnerPart = new Money(4_900_000) });
        done.Royalties.ShouldBe([(parent, new Money(700_000))]);
        (await Predictions.EarnedAsync(parent, Stop)).ShouldBe(new Money(700_000));
        (await market.Ledger.Shares.ClaimableAsync(dataset.Id, owner.Address, Stop)).ShouldBe(new Money(1_400_000));
        (await Predictions.WithdrawAsync(worker.Address, buyer, Stop)).ShouldBe(Money.Dollars(3));
        (await Predictions.CloseAsync(channel.Id, worker, Stop)).ShouldBe(Money.Dollars(10));
        (await Predictions.WithdrawAsync(buyer.Address, buyer, Stop)).ShouldBe(Money.Dollars(10));

        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
        var indexed = index.Predictions.Find(channel.Id).ShouldNotBeNull();
        indexed.Channel.ShouldBe(await Predictions.FindAsync(channel.Id, Stop));
        indexed.Settlements.ShouldBe(1);
        index.Predictions.ChannelsOf(buyer.Address, new SliceRequest(5)).Items.ShouldBe([indexed]);
        index.Predictions.ChannelsOf(model, new SliceRequest(5)).Items.ShouldBe([indexed]);
        index.Predictions.WorkersOf(model, 5).ShouldBe([new IndexedAppointment(model, worker.Address, 3_000)]);
        index.Predictions.Distributions(model, new SliceRequest(5)).Items.ShouldHaveSingleItem().OwnerPart.ShouldBe(done.OwnerPart);
        index.Predictions.RoyaltiesTo(parent, new SliceRequest(5)).Items.ShouldHaveSingleItem().Amount.ShouldBe(new Money(700_000));
        index.Predictions.CreditOf(owner.Address).ShouldBe(new IndexedCredit(owner.Address, new Money(4_900_000), Money.Zero));
        index.Predictions.CreditOf(worker.Address).ShouldBe(new IndexedCredit(worker.Address, Money.Zero, Money.Dollars(3)));
        var child = index.Models.Find(model).ShouldNotBeNull();
        child.ShouldBe(child with { Income = Money.Dollars(7), Earned = Money.Zero, IsPrivate = true, Card = Digest.Of("card"u8) });
        index.Models.Find(parent)!.RoyaltyBps.ShouldBe(1_000);
    }

    [Fact]
    public async Task The_buyer_gets_its_money_back_when_the_worker_had_its_chance()
    {
        var (model, worker, buyer) = await ServedAsync();
        var channel = await Predictions.OpenAsync(model, worker.Address, null, Money.Dollars(1), buyer, Stop);
        channel.Signer.ShouldBe(buyer.Address);
        await Predictions.TopUpAsync(channel.Id, Money.Dollars(1), worker, Stop);
        var closesAt = await Predictions.BeginClosingAsync(channel.Id, buyer, Stop);
        (closesAt - await market.NowAsync()).ShouldBe(await Predictions.ChallengePeriodAsync(Stop));
        await RefusedAsync(Rule.ChannelNotClosable, () => Predictions.CloseAsync(channel.Id, buyer, Stop));
        await RefusedAsync(Rule.ChannelNotOpen, () => Predictions.TopUpAsync(channel.Id, new Money(1), buyer, Stop));
        await Predictions.SettleAsync(Predictions.Statements.Sign(new Voucher(channel.Id, new Money(5)), buyer.Key), worker, Stop);
        await market.Chain.AdvanceAsync(TimeSpan.FromDays(1), Stop);
        (await Predictions.CloseAsync(channel.Id, worker, Stop)).ShouldBe(Money.Dollars(2) - new Money(5));
        (await Predictions.FindAsync(channel.Id, Stop))!.State.ShouldBe(ChannelState.Closed);
    }

    /// <summary>What the library says of a voucher before it is served is what the ledger says of it when it is settled.</summary>
    [Fact]
    public async Task A_bad_voucher_buys_nothing_neither_here_nor_on_the_ledger()
    {
        var (model, worker, buyer) = await ServedAsync();
        var channel = await Predictions.OpenAsync(model, worker.Address, null, new Money(100), buyer, Stop);
        var other = await Predictions.OpenAsync(model, worker.Address, null, new Money(100), buyer, Stop);
        await Predictions.SettleAsync(Sign(channel, 50, buyer), worker, Stop);
        channel = (await Predictions.FindAsync(channel.Id, Stop))!;

        await BadAsync(Rule.VoucherSpent, Sign(channel, 50, buyer));
        await BadAsync(Rule.VoucherSpent, Sign(channel, 49, buyer));
        await BadAsync(Rule.VoucherTooHigh, Sign(channel, 101, buyer));
        await BadAsync(Rule.VoucherSignatureInvalid, Sign(channel, 60, worker));
        await BadAsync(Rule.VoucherSignatureInvalid, Sign(channel, 60, buyer) with { Statement = new Voucher(channel.Id, new Money(61)) });
        await BadAsync(Rule.VoucherSignatureInvalid, Sign(other, 60, buyer) with { Statement = new Voucher(channel.Id, new Money(60)) });
        Should.Throw<RuleBrokenException>(() => Predictions.Statements.Require(Sign(other, 60, buyer), channel)).Rule
            .ShouldBe(Rule.VoucherSignatureInvalid);
        var elsewhere = new VoucherStatements(market.Addresses with { ChainId = 1 });
        await BadAsync(Rule.VoucherSignatureInvalid, elsewhere.Sign(new Voucher(channel.Id, new Money(60)), buyer.Key));
        var twin = new VoucherStatements(market.Addresses.With("Predictions", market.Addresses.Jobs));
        await BadAsync(Rule.VoucherSignatureInvalid, twin.Sign(new Voucher(channel.Id, new Money(60)), buyer.Key));
        Predictions.Statements.Require(Sign(channel, 60, buyer), channel);

        await Predictions.CloseAsync(channel.Id, worker, Stop);
        channel = (await Predictions.FindAsync(channel.Id, Stop))!;
        await BadAsync(Rule.ChannelNotOpen, Sign(channel, 60, buyer));
        var void_ = new Signature(0, 0, false);
        Should.Throw<RuleBrokenException>(
            () => Predictions.Statements.Require(new Signed<Voucher>(new Voucher(other.Id, new Money(1)), void_), other))
            .Message.ShouldContain("nobody");

        async Task BadAsync(Rule rule, Signed<Voucher> voucher)
        {
            Should.Throw<RuleBrokenException>(() => Predictions.Statements.Require(voucher, channel)).Rule.ShouldBe(rule);
            await RefusedAsync(rule, () => Predictions.SettleAsync(voucher, worker, Stop));
        }
    }

    [Fact]
    public async Task What_is_forbidden_is_refused_by_its_rule()
    {
        var (model, worker, buyer) = await ServedAsync();
        var channel = await Predictions.OpenAsync(model, worker.Address, null, new Money(100), buyer, Stop);
        await RefusedAsync(Rule.WorkerNotAppointed, () => Predictions.OpenAsync(model, buyer.Address, null, new Money(1), buyer, Stop));
        await RefusedAsync(Rule.NotTheOwner, () => Predictions.AppointAsync(model, buyer.Address, 1, buyer, Stop));
        await RefusedAsync(Rule.WorkerBpsInvalid, () => Predictions.AppointAsync(model, buyer.Address, 5_001, worker, Stop));
        await RefusedAsync(Rule.NotThePayer, () => Predictions.BeginClosingAsync(channel.Id, worker, Stop));
        await RefusedAsync(Rule.NothingEarned, () => Predictions.DistributeAsync(model, [], worker, Stop));
        await RefusedAsync(Rule.LineageMismatch, () => Predictions.DistributeAsync(model, [model], worker, Stop));
        await RefusedAsync(Rule.NothingOwed, () => Predictions.WithdrawAsync(worker.Address, worker, Stop));
        (await Predictions.FindAsync(new ChannelId(9_999), Stop)).ShouldBeNull();
        (await Predictions.TermsAsync(new ModelId(9_999), worker.Address, Stop)).ShouldBeNull();
        await Predictions.AppointAsync(model, buyer.Address, 1, worker, Stop);
        await Predictions.DismissAsync(model, buyer.Address, worker, Stop);
        await RefusedAsync(Rule.WorkerNotAppointed, () => Predictions.DismissAsync(model, buyer.Address, worker, Stop));
    }

    private Signed<Voucher> Sign(Channel channel, ulong units, Signer signer) =>
        Predictions.Statements.Sign(new Voucher(channel.Id, new Money(units)), signer.Key);

    private static async Task RefusedAsync(Rule rule, Func<Task> act) =>
        (await Should.ThrowAsync<RuleBrokenException>(act)).Rule.ShouldBe(rule);

    /// <summary>A model whose owner serves it itself.</summary>
    private async Task<(ModelId Model, Signer Worker, Signer Buyer)> ServedAsync()
    {
        var owner = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy, owner, (owner, 10));
        return (await RegisterAsync(dataset, owner, 0), owner, await market.PartyAsync());
    }

    private Task<ModelId> RegisterAsync(Dataset dataset, Signer owner, int royaltyBps, params ModelId[] parents)
    {
        var checkpoint = Digest.Of(Guid.CreateVersion7().ToByteArray());
        var registration = new ModelRegistration(checkpoint, Digest.Of("LeNet-5"u8), Cid.Raw(checkpoint), parents, dataset.Id, 900_000,
            new Money(10_000), null)
        {
            RoyaltyBps = royaltyBps,
            IsPrivate = true,
            Card = Digest.Of("card"u8),
        };
        return market.Ledger.Models.RegisterAsync(registration, owner, Stop);
    }
}
