using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DataBright.Node.Watching.Prometheus;

/// <summary>
/// Listens to the instruments of one process and exports their values, in Prometheus' text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
/// </summary>
internal sealed class Collector : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ConcurrentDictionary<string, Family> _families = [];
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _meters;
    private readonly Counter<long> _dropped;
    private readonly Lock _scrape = new();

    /// <param name="meters">Who made the meters that count: another node of the same process has its own. The runtime's belongs to
    /// all.</param>
    public Collector(IMeterFactory meters)
    {
        _meters = meters;
        _dropped = meters.Create(Ethereum.ChainMetrics.Name).CreateCounter<long>(
            "databright.metrics.dropped", "{measurement}",
            "Measurements that were dropped because their instrument has too many series already.");
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Record(value, tags, family));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record(value, tags, family));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record(value, tags, family));
        _listener.Start();
    }

    /// <summary>Everything as it stands now. One at a time, whoever asks.</summary>
    public string Scrape()
    {
        lock (_scrape)
        {
            foreach (var family in _families.Values) family.ClearObserved();
            _listener.RecordObservableInstruments();
            var text = new ExpositionWriter();
            foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)) family.Write(text);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name != InstrumentTable.Runtime && !ReferenceEquals(instrument.Meter.Scope, _meters)) return;
        if (InstrumentTable.Of(instrument) is not { } tags) return;
        listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument.Name, _ => new Family(instrument, tags)));
    }

    private void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? family)
    {
        if (!((Family)family!).Record(value, tags)) _dropped.Add(1);
    }
}
