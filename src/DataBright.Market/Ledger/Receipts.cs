using DataBright.Ethereum;

namespace DataBright.Market;

public static class Receipts
{
    /// <summary>The one event of a kind that a transaction must have logged.</summary>
    /// <exception cref="TransactionSentException">The node does not show it; the transaction is on the chain all the same.</exception>
    public static T Event<T>(this Receipt receipt, Address contract, Func<Log, bool> matches, Func<Log, T> decode)
    {
        try
        {
            return decode(receipt.Logs.FirstOrDefault(log => log.Address == contract && matches(log))
                ?? throw new FormatException("its receipt lacks the event that it must have logged."));
        }
        catch (Exception odd) when (odd is AbiException || odd.IsUnreadable())
        {
            throw new TransactionSentException(receipt.TransactionHash, 0, receipt.BlockNumber, odd);
        }
    }

    /// <summary>The one event of a kind that a transaction may have logged.</summary>
    public static T? FindEvent<T>(this Receipt receipt, Address contract, Func<Log, bool> matches, Func<Log, T> decode) where T : class =>
        receipt.Logs.FirstOrDefault(log => log.Address == contract && matches(log)) is { } found ? decode(found) : null;
}
