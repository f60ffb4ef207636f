using System.Diagnostics.Metrics;
using DataBright.Ethereum;

namespace DataBright.Compute.Workers;

/// <summary>What is counted of a worker's tasks.</summary>
public sealed class WorkerMetrics
{
    private readonly Meter _meter;

    /// <param name="meters">Who watches; each process has one.</param>
    public WorkerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(ChainMetrics.Name);
        Begun = _meter.CreateCounter<long>("databright.tasks.begun", "{task}",
            "Tasks that this worker began to compute, or went on with after a restart.");
        Committed = _meter.CreateCounter<long>("databright.tasks.committed", "{task}", "Tasks whose result this worker committed to.");
    }

    internal Counter<long> Begun { get; }

    internal Counter<long> Committed { get; }

    internal void Watch(Func<int> running) =>
        _meter.CreateObservableUpDownCounter("databright.tasks.running", running, "{task}", "Tasks that this worker is computing now.");
}
