using DataBright.Ethereum;
using DataBright.Market.Index;

namespace DataBright.Market.Owed;

/// <summary>Finds everything that the market owes an account, and what is locked there: things by the index, balances and times by the chain.</summary>
/// <param name="ledger">The market.</param>
/// <param name="index">Its index; whoever asks has caught it up.</param>
/// <param name="sheets">Where pay and usage sheets are.</param>
/// <param name="clock">The time, where the chain's newest block is old.</param>
public sealed class OwedQuery(Ledger ledger, LedgerIndex index, ISheets sheets, TimeProvider clock)
{
    private static readonly (string What, Func<OwedReading, Task> Add)[] Parts =
    [
        ("what jobs owe", JobDebts.AddAsync), ("what shares and the use of points earned", ShareDebts.AddAsync), ("bonds of proposals", ProposalDebts.AddAsync),
        ("what requests owe", RequestDebts.AddAsync), ("what predictions owe", PredictionDebts.AddAsync), ("the worker's stake", WorkerDebts.AddAsync),
    ];

    /// <summary>Asks for all parts side by side. Of a part that cannot be read, it is said that it cannot; the others are told.</summary>
    /// <exception cref="ChainException">The chain does not answer at all.</exception>
    public async Task<OwedAccount> ReadAsync(Address account, CancellationToken stop)
    {
        var now = await ChainTime.NowAsync(ledger.Client, clock, stop);
        var read = await Task.WhenAll(Parts.Select(part => ReadAsync(part.What, part.Add, account, now, stop)));
        return new OwedAccount(account, [.. read.SelectMany(part => part.Debts)], [.. read.SelectMany(part => part.Pending)]) { Missed = [.. read.SelectMany(part => part.Missed)] };
    }

    private async Task<OwedAccount> ReadAsync(string what, Func<OwedReading, Task> add, Address account, DateTimeOffset now, CancellationToken stop)
    {
        var reading = new OwedReading(ledger, index, sheets, account, now, stop);
        try
        {
            await add(reading);
            return reading.Result;
        }
        catch (ChainCallException fault)
        {
            return new OwedAccount(account, [], []) { Missed = [$"{what} ({fault.Message.TrimEnd('.')})"] };
        }
    }
}
