using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Owed;

namespace DataBright.Market.Audit;

/// <summary>What the accounts of all creditors name, by the contract that holds it.</summary>
internal static class Creditors
{
    public static async Task<IReadOnlyDictionary<Address, Money>> NamedAsync(Ledger ledger, LedgerIndex index, ISheets sheets, TimeProvider clock, CancellationToken stop)
    {
        var query = new OwedQuery(ledger, index, sheets, clock);
        var named = new Dictionary<Address, Money>();
        foreach (var creditor in index.Creditors())
        {
            var account = await query.ReadAsync(creditor, stop);
            foreach (var debt in account.Debts) Name(debt.Kind, debt.Source, debt.Amount, isFinal: debt.Calls.Count < 2);
            foreach (var waits in account.Pending) Name(waits.Kind, waits.Source, waits.Amount ?? Money.Zero, isFinal: false);
        }
        return named;

        void Name(DebtKind kind, DebtSource source, Money amount, bool isFinal)
        {
            if (HolderOf(kind, source, isFinal, ledger.Addresses, index) is { } holder) named[holder] = named.GetValueOrDefault(holder).Plus(amount);
        }
    }

    /// <summary>Where the money is. A reward is in the same pot as the sponsors' parts, which name all of it already.</summary>
    private static Address? HolderOf(DebtKind kind, DebtSource source, bool isFinal, MarketAddresses at, LedgerIndex index) => kind switch
    {
        DebtKind.JobCredit or DebtKind.Wage or DebtKind.OrderRefund => at.Jobs,
        // The part of a job by use is handed over when it is final who gets it.
        DebtKind.UsageDividend => isFinal ? at.Usage : at.Jobs,
        DebtKind.UsageCredit or DebtKind.UsageBond => at.Usage,
        DebtKind.PredictionCredit or DebtKind.ChannelRest or DebtKind.Earnings => at.Predictions,
        DebtKind.Dividend => index.Datasets.Find(new DatasetId(source.Number!.Value))?.ShareToken,
        DebtKind.Bond => at.Proposals,
        DebtKind.Sponsorship => at.Requests,
        DebtKind.Stake => at.Workers,
        _ => null,
    };
}
