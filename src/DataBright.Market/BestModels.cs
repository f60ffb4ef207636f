using DataBright.Market.Datasets;

namespace DataBright.Market;

/// <summary>What is known of a dataset's best model: a vote also says what the next one has to beat, and that is no measurement.</summary>
public static class BestModels
{
    /// <summary>Which model is best, or that none is, is what the last vote on it named.</summary>
    /// <remarks>A referee moves the best upwards only, so after its word the model or the figure is another than the vote's.</remarks>
    public static bool IsByVote(this LedgerIndex index, IndexedDataset dataset) =>
        dataset.ReplacedBy is { } vote && index.Proposals.Find(vote)?.Replacement is { } asked
        && asked.Model == dataset.BestModel && (asked.Model is null || asked.MetricPpm == dataset.BestMetricPpm);

    /// <summary>
    /// What was measured of the best model, in parts per million; null where there is none, or a vote named one that nobody measured.
    /// </summary>
    public static long? MeasuredBest(this LedgerIndex index, IndexedDataset dataset) =>
        !index.IsByVote(dataset) ? dataset.BestMetricPpm : dataset.BestModel is { } named ? index.Models.Find(named)?.AccuracyPpm : null;
}
