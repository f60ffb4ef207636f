using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DataBright.Testing;

/// <summary>Makes meters for one test and adds up what is measured with them; meters of others are not heard.</summary>
public sealed class MeterTally : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _sums = [];
    private readonly ConcurrentDictionary<string, int> _counts = [];
    private readonly ConcurrentDictionary<string, Meter> _meters = [];
    private readonly ConcurrentDictionary<string, bool> _observed = [];

    public MeterTally()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>
    /// The sum of what was measured, by the instrument's name, with tags as in <c>name{tag=value}</c>; 0 where nothing was.
    /// </summary>
    public double this[string name] => _sums.GetValueOrDefault(name);

    /// <summary>How many measurements there were of that name.</summary>
    public int Count(string name) => _counts.GetValueOrDefault(name);

    /// <summary>Looks at the instruments that only tell when they are asked.</summary>
    public MeterTally Look()
    {
        foreach (var name in _observed.Keys) _sums.TryRemove(name, out _);
        _listener.RecordObservableInstruments();
        return this;
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return _meters.GetOrAdd(options.Name, _ => new Meter(options));
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var meter in _meters.Values) meter.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        if (tags.Length > 0) name += "{" + string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")) + "}";
        if (instrument.IsObservable) _observed[name] = true;
        _counts.AddOrUpdate(name, 1, (_, count) => count + 1);
        _sums.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}
