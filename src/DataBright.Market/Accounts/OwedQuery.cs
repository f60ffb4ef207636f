using DataBright.Ethereum;
using DataBright.Market.Owed;
using DataBright.Market.Words;

namespace DataBright.Market.Accounts;

/// <summary>
/// Finds everything that the market owes an account, and what is locked there: things by the index, balances and times by the chain.
/// </summary>
/// <param name="ledger">The market.</param>
/// <param name="index">Its index; whoever asks has caught it up.</param>
/// <param name="sheets">Where pay and usage sheets are.</param>
/// <param name="clock">The time, where the chain's newest block is old.</param>
public sealed class OwedQuery(Ledger ledger, LedgerIndex index, ISheets sheets, TimeProvider clock)
{
    private static IEnumerable<WordDebts> Debts => MarketWords.All.Select(word => word.Debts).OfType<WordDebts>();

    /// <summary>
    /// Asks all words side by side. Of what one owes and that cannot be read, it is said that it cannot; the others are told.
    /// </summary>
    /// <exception cref="ChainException">The chain does not answer at all.</exception>
    public async Task<OwedAccount> ReadAsync(Address account, CancellationToken stop)
    {
        var now = await ChainTime.NowAsync(ledger.Client, clock, stop);
        var read = await Task.WhenAll(Debts.Select(debts => ReadAsync(debts, account, now, stop)));
        return new OwedAccount(account, [.. read.SelectMany(part => part.Debts)],
            [.. read.SelectMany(part => part.Pending)]) { Missed = [.. read.SelectMany(part => part.Missed)] };
    }

    private async Task<OwedAccount> ReadAsync(WordDebts debts, Address account, DateTimeOffset now, CancellationToken stop)
    {
        var reading = new OwedReading(ledger, index, sheets, account, now, stop);
        try
        {
            await debts.AddAsync(reading);
            return reading.Result;
        }
        catch (ChainCallException fault)
        {
            return new OwedAccount(account, [], []) { Missed = [$"{debts.What} ({fault.Message.TrimEnd('.')})"] };
        }
    }
}
