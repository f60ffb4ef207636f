using DataBright.Ethereum;
using DataBright.Market.Accounts;

namespace DataBright.Market.Audit;

/// <summary>What the accounts of all creditors name, by the contract that holds it.</summary>
internal static class Creditors
{
    public static async Task<IReadOnlyDictionary<Address, Money>> NamedAsync(
        Ledger ledger, LedgerIndex index, ISheets sheets, TimeProvider clock, CancellationToken stop)
    {
        var query = new OwedQuery(ledger, index, sheets, clock);
        var named = new Dictionary<Address, Money>();
        foreach (var creditor in index.Creditors())
        {
            var account = await query.ReadAsync(creditor, stop);
            foreach (var debt in account.Debts) Name(debt.HeldBy, debt.Amount);
            foreach (var waits in account.Pending) Name(waits.HeldBy, waits.Amount ?? Money.Zero);
        }
        return named;

        void Name(Address? holder, Money amount)
        {
            if (holder is { } contract) named[contract] = named.GetValueOrDefault(contract).Plus(amount);
        }
    }
}
