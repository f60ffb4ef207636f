using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.TestDollar;

namespace DataBright.Market;

/// <summary>The market's money.</summary>
public sealed class DollarLedger
{
    private readonly Ledger _ledger;

    internal DollarLedger(Ledger ledger) => _ledger = ledger;

    private Address Money => _ledger.Addresses.Money;

    public async Task<Money> BalanceAsync(Address holder, CancellationToken stop) =>
        (Money)await _ledger.ReadAsync(Contract.BalanceOf(Money, holder), stop);

    /// <summary>All money there is.</summary>
    public async Task<Money> SupplyAsync(CancellationToken stop) => (Money)await _ledger.ReadAsync(Contract.TotalSupply(Money), stop);

    public Task TransferAsync(Address to, Money sum, Signer from, CancellationToken stop) =>
        from.SendAsync(DollarActs.Transfer(Money, to, sum), stop);

    /// <summary>Makes money out of nothing: on chains for tests and demonstrations, by the owner of the test dollar.</summary>
    public Task MintAsync(Address to, Money sum, Signer owner, CancellationToken stop) =>
        owner.SendAsync(DollarActs.Mint(Money, to, sum), stop);
}
