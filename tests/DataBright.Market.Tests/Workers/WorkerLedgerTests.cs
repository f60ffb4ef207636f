using DataBright.Ethereum;
using DataBright.Market.Tests.Proposals;
using DataBright.Market.Trust;
using DataBright.Market.Workers;

namespace DataBright.Market.Tests.Workers;

[Collection(nameof(TestMarket))]
public sealed class WorkerLedgerTests(TestMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => market.Ledger;

    [Fact]
    public async Task A_worker_comes_changes_its_fee_and_leaves_with_its_stake()
    {
        var worker = await market.WorkerAsync();
        (await Ledger.Workers.FindAsync(worker.Address, Stop))
            .ShouldBe(new Worker(worker.Address, Money.Dollars(100), Money.Dollars(1), null));
        (await Ledger.Workers.IsActiveAsync(worker.Address, Stop)).ShouldBeTrue();

        await Ledger.Workers.ChangeMinimumFeeAsync(Money.Dollars(3), worker, Stop);
        await Ledger.Workers.AddStakeAsync(Money.Dollars(20), worker, Stop);
        (await Ledger.Workers.FindAsync(worker.Address, Stop))
            .ShouldBe(new Worker(worker.Address, Money.Dollars(120), Money.Dollars(3), null));

        await market.ShouldBreakAsync(Rule.ExitNotBegun, () => Ledger.Workers.WithdrawStakeAsync(worker, Stop));
        var free = await Ledger.Workers.BeginExitAsync(worker, Stop);
        (await Ledger.Workers.FindAsync(worker.Address, Stop))!.ExitAt.ShouldBe(free);
        (await Ledger.Workers.IsActiveAsync(worker.Address, Stop)).ShouldBeFalse();
        await market.ShouldBreakAsync(Rule.ExitAlreadyBegun, () => Ledger.Workers.BeginExitAsync(worker, Stop));
        (await market.ShouldBreakAsync(Rule.CoolingDown, () => Ledger.Workers.WithdrawStakeAsync(worker, Stop)))
            .Message.ShouldContain($"{free:yyyy-MM-dd HH:mm:ss} UTC");
        await market.Chain.AdvanceAsync(TestMarket.CoolDown, Stop);
        (await Ledger.Workers.WithdrawStakeAsync(worker, Stop)).ShouldBe(Money.Dollars(120));
        (await Ledger.Workers.FindAsync(worker.Address, Stop)).ShouldBeNull();
        (await Ledger.Dollars.BalanceAsync(worker.Address, Stop)).ShouldBe(Money.Dollars(10_000));
    }

    [Fact]
    public async Task What_the_rules_forbid_is_said_plainly()
    {
        var worker = await market.WorkerAsync();
        var other = await market.PartyAsync();
        (await Ledger.Workers.MinimumStakeAsync(Stop)).ShouldBe(Money.Dollars(100));
        (await market.ShouldBreakAsync(Rule.StakeTooLow, () => Register(Money.Dollars(99), other)))
            .Message.ShouldBe("A stake of 99.00 is below the minimum of 100.00.");
        await market.ShouldBreakAsync(Rule.WorkerAlreadyRegistered, () => Register(Money.Dollars(100), worker));
        await market.ShouldBreakAsync(Rule.WorkerUnknown, () => Ledger.Workers.BeginExitAsync(other, Stop));
        (await Ledger.Workers.FindAsync(other.Address, Stop)).ShouldBeNull();

        Task Register(Money stake, Signer who) =>
            Ledger.Workers.RegisterAsync(stake, Money.Zero, who.Key.PublicKey, Digest.Of("m"u8), who, Stop);
    }

    [Fact]
    public async Task Trusted_keys_are_registered_and_revoked_by_the_administrator_only()
    {
        var (number, referee) = await market.TrustedAsync(TrustedRole.Referee);
        var found = (await Ledger.TrustedKeys.FindAsync(number, Stop)).ShouldNotBeNull();
        found.ShouldBe(found with
        {
            Key = referee.Address,
            Role = TrustedRole.Referee,
            Attestation = Attestation.None,
            Evidence = null,
            Revoked = false,
        });
        (await Ledger.TrustedKeys.NumberOfAsync(referee.Address, Stop)).ShouldBe(number);
        (await Ledger.TrustedKeys.NumberOfAsync(market.Deployer.Address, Stop)).ShouldBeNull();
        (await Ledger.TrustedKeys.FindAsync(60_000, Stop)).ShouldBeNull();

        await market.ShouldBreakAsync(Rule.OwnableUnauthorizedAccount, () => Ledger.TrustedKeys.RevokeAsync(number, referee, Stop));
        await market.ShouldBreakAsync(Rule.KeyAlreadyRegistered, () =>
            Ledger.TrustedKeys.RegisterAsync(referee.Address, TrustedRole.Scheduler, Attestation.None, null, market.Deployer, Stop));
        await market.ShouldBreakAsync(Rule.EvidenceInvalid, () =>
            Ledger.TrustedKeys.RegisterAsync(Address.Parse("0x00000000000000000000000000000000000000aa"), TrustedRole.Scheduler,
                Attestation.Tdx, null, market.Deployer, Stop));
        await Ledger.TrustedKeys.RevokeAsync(number, market.Deployer, Stop);
        (await Ledger.TrustedKeys.FindAsync(number, Stop))!.Revoked.ShouldBeTrue();
        await market.ShouldBreakAsync(Rule.KeyAlreadyRevoked, () => Ledger.TrustedKeys.RevokeAsync(number, market.Deployer, Stop));
    }
}
