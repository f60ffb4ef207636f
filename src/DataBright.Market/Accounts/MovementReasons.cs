using DataBright.Ethereum;
using DataBright.Market.Movements;

namespace DataBright.Market.Accounts;

/// <summary>Why a contract of the market took or paid tokens, from the event that it logged just before.</summary>
/// <remarks>State, event, transfer is the order in all contracts.</remarks>
internal static class MovementReasons
{
    /// <param name="logs">Those of the transaction, in order.</param>
    /// <param name="transfer">The movement's own.</param>
    /// <param name="contract">Whose event is looked for.</param>
    /// <param name="at">Where the contracts are; any other is a share token.</param>
    public static (MovementKind Kind, string? Source) Of(IReadOnlyList<Log> logs, Log transfer, Address contract, MarketAddresses at)
    {
        foreach (var log in logs.Where(log => log.Address == contract && log.Index < transfer.Index).Reverse())
            if (Find(log, at) is { } reason)
                return (reason.Kind, reason.Source);
        return (MovementKind.Transfer, null);
    }

    private static MovementReason? Find(Log log, MarketAddresses at)
    {
        try
        {
            return MarketWords.Of(log.Address, at).ReasonOf(log);
        }
        catch (AbiException)
        {
            return null;
        }
    }
}
