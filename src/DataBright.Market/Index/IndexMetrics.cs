using System.Diagnostics;
using System.Diagnostics.Metrics;
using DataBright.Ethereum;

namespace DataBright.Market.Index;

/// <summary>What is counted while the ledger is read: once for each batch of logs, not for each log.</summary>
public sealed class IndexMetrics
{
    private static readonly ActivitySource Spans = new(ChainMetrics.Name);

    /// <param name="meters">Who watches; each process has one.</param>
    public IndexMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ChainMetrics.Name);
        Events = meter.CreateCounter<long>("databright.index.events", "{event}",
            "Events of the market's contracts that were entered into the index.");
        Unreadable = meter.CreateCounter<long>(
            "databright.index.unreadable", "{event}",
            "Events of the market's contracts that could not be read, and are left out of the index.");
        Reorganisations = meter.CreateCounter<long>("databright.index.reorganisations", "{reorganisation}",
            "Times that the chain took blocks back which the index had read.");
    }

    internal Counter<long> Events { get; }

    internal Counter<long> Unreadable { get; }

    internal Counter<long> Reorganisations { get; }

    /// <summary>The span of reading on to a newer block.</summary>
    public static Activity? Pass() => Spans.StartActivity("index.pass");
}
