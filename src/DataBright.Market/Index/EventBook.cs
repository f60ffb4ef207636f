using DataBright.Ethereum;
using DataBright.Storage.Sql;

namespace DataBright.Market.Index;

/// <summary>Enters logs of the market's contracts, each by the events of its contract.</summary>
/// <param name="index">Where to.</param>
/// <param name="market">Which contracts.</param>
/// <param name="tokens">The share tokens and their datasets; grows as datasets are created.</param>
/// <param name="projections">What enters them: the first that knows a log.</param>
internal sealed class EventBook(SqlSession index, MarketAddresses market, Dictionary<Address, ulong> tokens,
    IReadOnlyList<Projection> projections)
{
    private readonly Projected _into = new(index, market, tokens);

    /// <summary>Enters a log or, where it cannot be read, that it could not be: nothing of it is in the index then.</summary>
    /// <returns>Whether it was read.</returns>
    public bool EnterOrNote(Log log)
    {
        index.Run("SAVEPOINT one_event");
        try
        {
            Enter(log);
            index.Run("RELEASE one_event");
            return true;
        }
        catch (Exception fault) when (OddEvents.IsOfEvent(fault))
        {
            index.Run("ROLLBACK TO one_event");
            index.Run("RELEASE one_event");
            OddEvents.Keep(index, log, EntryOf(log), fault);
            return false;
        }
    }

    /// <summary>Enters a log. What is thrown where it cannot be read, <see cref="OddEvents.IsOfEvent"/> knows.</summary>
    public void Enter(Log log)
    {
        var entry = EntryOf(log);
        foreach (var projection in projections)
            if (projection.Apply(_into, log, entry)) return;
    }

    private static LogEntry EntryOf(Log log) => new(log.BlockNumber, log.Index, log.BlockTimestamp ?? default);
}
