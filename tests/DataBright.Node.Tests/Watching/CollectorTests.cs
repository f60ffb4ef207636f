using System.Diagnostics.Metrics;
using DataBright.Node.Watching.Prometheus;

namespace DataBright.Node.Tests.Watching;

/// <summary>Instruments as Prometheus reads them. Names and tags are those of real ones: no others are told.</summary>
public sealed class CollectorTests : IDisposable
{
    private readonly MeterTally _meters = new();
    private readonly Collector _collector;
    private readonly Meter _meter;

    public CollectorTests() => (_collector, _meter) = (new Collector(_meters), _meters.Create("DataBright"));

    public void Dispose()
    {
        _collector.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public void A_counter_without_tags_stands_at_zero_before_it_is_counted()
    {
        var events = _meter.CreateCounter<long>("databright.index.events", "{event}", "Events.");
        Scrape()["databright_index_events_total"].ShouldBe(0);
        events.Add(2);
        events.Add(40);
        var read = Scrape();
        read["databright_index_events_total"].ShouldBe(42);
        read.TypeOf("databright_index_events_total").ShouldBe("counter");
    }

    [Fact]
    public async Task Every_kind_of_instrument_is_what_prometheus_calls_it()
    {
        _meter.CreateUpDownCounter<long>("databright.transactions.pending", "{transaction}", "Pending.").Add(-3);
        _meter.CreateCounter<long>("databright.uploads.received", "By", "Bytes.").Add(1L << 50);
        _meter.CreateObservableGauge("databright.blobs.size", () => 7L, "By", "A size with a back\\slash\nand a second line.");
        var time = _meter.CreateHistogram("databright.prediction.duration", "s", "Time.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.5, 1] });
        foreach (var seconds in new[] { 0.001, 0.25, 0.5, 3.5 }) time.Record(seconds);

        var text = _collector.Scrape();

        var read = Exposition.Read(text);
        read["databright_transactions_pending"].ShouldBe(-3);
        read.TypeOf("databright_transactions_pending").ShouldBe("gauge");
        read["databright_uploads_received_bytes_total"].ShouldBe(1L << 50);
        read["databright_blobs_size_bytes"].ShouldBe(7);
        text.ShouldContain("# HELP databright_blobs_size_bytes A size with a back\\\\slash\\nand a second line.\n");
        read["databright_prediction_duration_seconds_bucket{le=\"0.001\"}"].ShouldBe(1, "a bound belongs to its bucket");
        read["databright_prediction_duration_seconds_bucket{le=\"0.5\"}"].ShouldBe(3);
        read["databright_prediction_duration_seconds_bucket{le=\"1\"}"].ShouldBe(3);
        read["databright_prediction_duration_seconds_bucket{le=\"+Inf\"}"].ShouldBe(4);
        read["databright_prediction_duration_seconds_sum"].ShouldBe(4.251, 1e-12);
        await Promtool.AcceptsAsync(text);
    }

    [Fact]
    public async Task Tags_are_escaped_ordered_and_only_those_that_are_known()
    {
        var refused = _meter.CreateCounter<long>("databright.requests.refused", "{request}", "Refused.");
        refused.Add(1, new("rule", "a\"b\\c\nd"), new("who", "0xabc"), new("area", "market"));
        refused.Add(1, new("area", "market"), new("rule", "a\"b\\c\nd"), new("file", "mine.shard"));
        refused.Add(1, new KeyValuePair<string, object?>("area", null));

        var text = _collector.Scrape();

        Exposition.Read(text)["databright_requests_refused_total{area=\"market\",rule=\"a\\\"b\\\\c\\nd\"}"].ShouldBe(2);
        text.ShouldNotContain("0xabc");
        text.ShouldNotContain("mine.shard");
        await Promtool.AcceptsAsync(text);
    }

    [Fact]
    public void More_series_than_anybody_needs_are_dropped_and_the_drops_counted()
    {
        var refused = _meter.CreateCounter<long>("databright.requests.refused", "{request}", "Refused.");
        for (var i = 0; i < Family.MaxSeries + 5; i++) refused.Add(1, new("area", "market"), new("rule", $"rule {i}"));
        refused.Add(1, new("area", "market"), new("rule", "rule 0"));

        var read = Scrape();

        read.Samples.Keys.Count(name => name.StartsWith("databright_requests_refused_total", StringComparison.Ordinal))
            .ShouldBe(Family.MaxSeries);
        read["databright_requests_refused_total{area=\"market\",rule=\"rule 0\"}"].ShouldBe(2, "those that are known go on");
        read["databright_metrics_dropped_total"].ShouldBe(5);
    }

    [Fact]
    public void What_an_observed_instrument_no_longer_tells_is_gone()
    {
        List<Measurement<long>> told =
            [new(3, new KeyValuePair<string, object?>("state", "running")), new(1, new KeyValuePair<string, object?>("state", "settled"))];
        _meter.CreateObservableUpDownCounter("databright.jobs", () => told, "{job}", "Jobs.");
        Scrape()["databright_jobs{state=\"running\"}"].ShouldBe(3);
        told.RemoveAt(0);
        Scrape().Samples.Keys.ShouldNotContain("databright_jobs{state=\"running\"}");
        Scrape()["databright_jobs{state=\"settled\"}"].ShouldBe(1, "it is set, not added to");
    }

    [Fact]
    public void Another_node_of_the_process_counts_for_itself_and_unknown_instruments_are_not_told()
    {
        using var other = new MeterTally();
        using var others = new Collector(other);
        _meter.CreateCounter<long>("databright.index.events", "{event}", "Events.").Add(1);
        other.Create("DataBright").CreateCounter<long>("databright.index.events", "{event}", "Events.").Add(10);
        _meter.CreateCounter<long>("databright.surprise", "{surprise}", "Not in the table.").Add(1);
        using var foreign = new Meter("DataBright");
        foreign.CreateCounter<long>("databright.convictions", "{worker}", "Of nobody's factory.").Add(1);

        Scrape()["databright_index_events_total"].ShouldBe(1);
        Exposition.Read(others.Scrape())["databright_index_events_total"].ShouldBe(10);
        Scrape().Samples.Keys.ShouldNotContain(name => name.Contains("surprise") || name.Contains("convictions"));
    }

    [Fact]
    public async Task Counting_from_many_threads_while_it_is_read_loses_nothing()
    {
        var events = _meter.CreateCounter<long>("databright.index.events", "{event}", "Events.");
        var refused = _meter.CreateCounter<long>("databright.requests.refused", "{request}", "Refused.");
        using var reading = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!reading.IsCancellationRequested) Exposition.Read(_collector.Scrape());
        }, TestContext.Current.CancellationToken);
        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, (thread, _) =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                events.Add(1);
                refused.Add(1, new("area", "market"), new("rule", $"rule {i % 7}"));
            }

            return ValueTask.CompletedTask;
        });
        await reading.CancelAsync();
        await reader;

        var read = Scrape();
        read["databright_index_events_total"].ShouldBe(40_000);
        read.Samples.Where(pair => pair.Key.StartsWith("databright_requests_refused_total", StringComparison.Ordinal))
            .Sum(pair => pair.Value).ShouldBe(40_000);
    }

    private Exposition Scrape() => Exposition.Read(_collector.Scrape());
}
