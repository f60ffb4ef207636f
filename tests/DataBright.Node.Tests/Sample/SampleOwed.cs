using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Node.Owed;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>Debts of the sample market.</summary>
internal sealed class SampleOwed : IOwedReader
{
    public Task<OwedAccount?> FindAsync(Address account, CancellationToken stop) => Task.FromResult<OwedAccount?>(AllOwed(account));

    public Task<OwedFacts?> FactsAsync(Address account, CancellationToken stop) => Task.FromResult<OwedFacts?>(Due(account));

    public static OwedFacts Due(Address account) => OwedFacts.Of(AllOwed(account));

    private static OwedAccount AllOwed(Address account) => account != Ada ? new OwedAccount(account, [], []) : new OwedAccount(
        account,
        [
            new Debt(DebtKind.Wage, new("job", 9), Money.Parse("21.33"),
                [new DebtCall("Claim the pay of job 9", new ContractCall(Account(40), [1, 2, 3, 4]))])
            { CreditedBy = new CreditSource(Account(40), "predictions", Market.Generated.Predictions.WithdrawFor(Account(40), account)) },
            new Debt(DebtKind.Bond, new("proposal", 4), Money.Dollars(10),
                [new DebtCall("Return the bond of proposal 4", new ContractCall(Account(41), [5, 6, 7, 8]))]),
        ],
        [new Pending(DebtKind.Stake, new("worker", null), Money.Dollars(100), Now.AddDays(3),
            "the worker leaves; until then it can be slashed")]);
}
