using DataBright.Ethereum;

namespace DataBright.Market.Owed;

/// <summary>One account of what the market owes somebody.</summary>
/// <param name="Debts">What can be collected now.</param>
/// <param name="Pending">What is not the account's yet.</param>
public sealed record OwedAccount(Address Account, IReadOnlyList<Debt> Debts, IReadOnlyList<Pending> Pending)
{
    /// <summary>What could not be read, in words: there may be more than is told here.</summary>
    public IReadOnlyList<string> Missed { get; init; } = [];

    /// <summary>All that can be collected now.</summary>
    public Money Total => Money.Sum(Debts.Select(debt => debt.Amount));

    /// <summary>The same account with some debts only.</summary>
    public OwedAccount Only(Func<Debt, bool> which) => this with { Debts = [.. Debts.Where(which)] };
}
