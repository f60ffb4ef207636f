using System.Diagnostics;
using System.Diagnostics.Metrics;
using DataBright.Ethereum;

namespace DataBright.Serving;

/// <summary>What is counted and timed of answered predictions.</summary>
public sealed class PredictionMetrics
{
    private static readonly ActivitySource Spans = new(ChainMetrics.Name);

    private readonly Counter<long> _vouchers;
    private readonly Counter<long> _predictions;
    private readonly Histogram<double> _duration;

    /// <param name="meters">Who watches; each process has one.</param>
    public PredictionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ChainMetrics.Name);
        _vouchers = meter.CreateCounter<long>("databright.vouchers.taken", "{voucher}",
            "Vouchers that were taken; one that is sent again counts once.");
        _predictions = meter.CreateCounter<long>("databright.predictions", "{prediction}",
            "Examples that were predicted, by what paid for them.");
        _duration = meter.CreateHistogram(
            "databright.prediction.duration", "s", "Time from a request that was read to its signed answer.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
                2.5, 5, 10] });
    }

    internal static Activity? Span() => Spans.StartActivity("prediction");

    internal void Take() => _vouchers.Add(1);

    internal void Answer(int examples, string paidBy, TimeSpan took)
    {
        _predictions.Add(examples, new KeyValuePair<string, object?>("paid", paidBy));
        _duration.Record(took.TotalSeconds);
    }
}
