using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace DataBright.Node.Watching.Prometheus;

/// <summary>One instrument with all its series.</summary>
internal sealed class Family
{
    /// <summary>Of one instrument: more would be the work of somebody who makes them up.</summary>
    public const int MaxSeries = 1_000;

    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly string[] _tags;
    private readonly string _help;
    private readonly string _type;
    private readonly double[]? _bounds;
    private readonly bool _isObservable;
    private readonly bool _isSet;
    private readonly ConcurrentDictionary<string, Series> _series = [];

    public Family(Instrument instrument, string[] tags)
    {
        (_tags, _isObservable, _help) = (tags, instrument.IsObservable, instrument.Description ?? "");
        var kind = instrument.GetType().GetGenericTypeDefinition();
        _isSet = _isObservable || kind == typeof(Gauge<>);
        _type = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>)
            ? "counter" : kind == typeof(Histogram<>) ? "histogram" : "gauge";
        if (_type == "histogram") _bounds = [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBounds];
        Name = NameOf(instrument, isCounter: _type == "counter");
        // What has no tags and was not counted yet stands at zero, which is worth knowing.
        if (tags.Length == 0 && !_isObservable) _series[""] = new Series(_bounds);
    }

    public string Name { get; }

    /// <summary>Takes a measurement; false where there are too many series.</summary>
    public bool Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = _tags.Length == 0 ? "" : Labels(tags);
        if (!_series.TryGetValue(labels, out var series))
        {
            if (_series.Count >= MaxSeries) return false;
            series = _series.GetOrAdd(labels, _ => new Series(_bounds));
        }

        if (_isSet) series.Set(value);
        else series.Add(value);
        return true;
    }

    /// <summary>What an observable instrument does not tell this time is over.</summary>
    public void ClearObserved()
    {
        if (_isObservable) _series.Clear();
    }

    public void Write(ExpositionWriter text)
    {
        if (_series.IsEmpty) return;
        text.Head(Name, _help, _type);
        foreach (var (labels, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal)) series.Write(text, Name, labels);
    }

    /// <summary>Only known tags, always in the same order; a missing one is empty, which is the same to Prometheus.</summary>
    private string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new System.Text.StringBuilder();
        foreach (var name in _tags)
            foreach (var (tag, value) in tags)
                if (tag == name)
                {
                    if (labels.Length > 0) labels.Append(',');
                    labels.Append(ExpositionWriter.NameOf(name)).Append("=\"")
                        .Append(ExpositionWriter.Escaped(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
                    break;
                }
        return labels.ToString();
    }

    /// <summary>As OpenTelemetry's rules for Prometheus have it: the unit in full, and what only grows ends in <c>_total</c>.</summary>
    private static string NameOf(Instrument instrument, bool isCounter)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return ExpositionWriter.NameOf(instrument.Name) + unit + (isCounter ? "_total" : "");
    }
}
