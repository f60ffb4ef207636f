using DataBright.Ethereum;
using DataBright.Market.Generated;
using DataBright.Market.Sql;

namespace DataBright.Market.Index;

/// <summary>Enters logs of the market's contracts, each by the events of its contract.</summary>
/// <param name="index">Where to.</param>
/// <param name="market">Which contracts.</param>
/// <param name="tokens">The share tokens and their datasets; grows as datasets are created.</param>
internal sealed class EventBook(SqlSession index, MarketAddresses market, Dictionary<Address, ulong> tokens)
{
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
        if (log.Address == market.Datasets && Generated.Datasets.Events.Find(log) is { } ofDatasets)
        {
            DatasetEvents.Apply(index, ofDatasets, entry);
            if (ofDatasets is Generated.Datasets.Events.DatasetCreated created) tokens[created.Shares] = (ulong)created.DatasetId;
        }
        else if (log.Address == market.Proposals && Generated.Proposals.Events.Find(log) is { } ofProposals) ProposalEvents.Apply(index, ofProposals, entry);
        else if (log.Address == market.Jobs && Generated.Jobs.Events.Find(log) is { } ofJobs) JobEvents.Apply(index, ofJobs, entry);
        else if (log.Address == market.Workers && Generated.Workers.Events.Find(log) is { } ofWorkers) WorkerEvents.Apply(index, ofWorkers, entry);
        else if (log.Address == market.TrustedKeys && TrustedKeys.Events.Find(log) is { } ofKeys) WorkerEvents.Apply(index, ofKeys, entry);
        else if (log.Address == market.Models && Generated.Models.Events.Find(log) is { } ofModels) ModelEvents.Apply(index, ofModels, entry);
        else if (log.Address == market.Predictions && Generated.Predictions.Events.Find(log) is { } ofPredictions) PredictionEvents.Apply(index, market.Predictions, ofPredictions, entry);
        else if (log.Address == market.Usage && Generated.Usage.Events.Find(log) is { } ofUsage) UsageEvents.Apply(index, market.Usage, ofUsage, entry);
        else if (log.Address == market.Requests && Generated.Requests.Events.Find(log) is { } ofRequests) RequestEvents.Apply(index, ofRequests, entry);
        else if (tokens.TryGetValue(log.Address, out ulong dataset) && Generated.Shares.Events.Find(log) is { } ofShares) ShareEvents.Apply(index, dataset, ofShares, entry);
    }

    private static LogEntry EntryOf(Log log) => new(log.BlockNumber, log.Index, log.BlockTimestamp ?? default);
}
