using DataBright.Ethereum;
using DataBright.Market.Index;

namespace DataBright.Market.Owed;

/// <summary>What is being found out about one account; each kind of debt adds its own.</summary>
internal sealed class OwedReading(
    Ledger ledger, IndexEngine index, object sheets, Address account, DateTimeOffset now, CancellationToken stop)
{
    private readonly List<Debt> _debts = [];
    private readonly List<Pending> _pending = [];
    private readonly List<string> _missed = [];

    public Ledger Ledger => ledger;

    public IndexEngine Index => index;

    /// <summary>The sheets of one word: who gets what, which the chain itself does not know.</summary>
    public T Sheets<T>() where T : class => (T)sheets;

    public Address Account => account;

    /// <summary>By the chain's clock, or by ours where that is ahead: the next block will be no earlier.</summary>
    public DateTimeOffset Now => now;

    public CancellationToken Stop => stop;

    public MarketAddresses At => ledger.Addresses;

    public OwedAccount Result => new(account, _debts, _pending) { Missed = _missed };

    public Task<IReadOnlyList<T>> AskAsync<T>(IReadOnlyList<ContractCall<T>> calls) =>
        calls.Count == 0 ? Task.FromResult<IReadOnlyList<T>>([]) : ledger.Client.CallAllAsync(calls, stop: stop);

    public void Owe(Debt debt)
    {
        if (debt.Amount > Money.Zero) _debts.Add(debt);
    }

    /// <summary>Something could not be found out, in words.</summary>
    public void Miss(string what) => _missed.Add(what);

    public void Wait(DebtKind kind, DebtSource source, Money? amount, DateTimeOffset? until, string waits, Address? heldBy)
    {
        if (amount != Money.Zero) _pending.Add(new Pending(kind, source, amount, until, waits) { HeldBy = heldBy });
    }
}
