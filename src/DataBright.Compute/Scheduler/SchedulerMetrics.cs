using System.Diagnostics;
using System.Diagnostics.Metrics;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// What is counted of a scheduler's jobs. The figures come from what was saved, so that a rule that was tried and refused counts nothing.
/// </summary>
public sealed class SchedulerMetrics
{
    private static readonly ActivitySource Spans = new(ChainMetrics.Name);

    private readonly Meter _meter;
    private readonly Counter<long> _given;
    private readonly Counter<long> _lapsed;
    private readonly Counter<long> _convictions;

    /// <param name="meters">Who watches; each process has one.</param>
    public SchedulerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(ChainMetrics.Name);
        _given = _meter.CreateCounter<long>("databright.leases.given", "{lease}", "Copies of tasks that workers fetched.");
        _lapsed = _meter.CreateCounter<long>("databright.leases.lapsed", "{lease}",
            "Copies of tasks that were taken back from their workers, by reason.");
        _convictions = _meter.CreateCounter<long>("databright.convictions", "{worker}", "Workers that the referee convicted of a lie.");
    }

    internal void Watch(JobBook book)
    {
        _meter.CreateObservableUpDownCounter("databright.jobs", book.Count, "{job}", "Jobs that this scheduler knows, by state.");
        _meter.CreateObservableUpDownCounter("databright.orders", book.CountOrders, "{order}",
            "Orders for this scheduler that are not under way, by state: waiting for their plan or for room, refused, unreadable.");
    }

    internal void Count(JobEvent news)
    {
        switch (news.Kind)
        {
            case JobEventKind.Leased:
                _given.Add(1);
                break;
            case JobEventKind.Vacated:
                _lapsed.Add(1, new KeyValuePair<string, object?>("reason", LeaseEnd.NameOf(news.Detail)));
                break;
            case JobEventKind.Convicted:
                _convictions.Add(1);
                break;
        }
    }

    /// <summary>The span of a step of a job.</summary>
    internal static Activity? Step(JobPhase from) => Spans.StartActivity("job.step")?.SetTag("databright.job.state", NameOf(from));

    /// <summary>Most looks at a job change nothing, and are not worth a span.</summary>
    internal static void End(Activity? span, SchedulerJob before, SchedulerJob after)
    {
        if (span is null) return;
        if (ReferenceEquals(before, after)) span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        else span.SetTag("databright.job.next_state", NameOf(after.Phase));
        span.IsAllDataRequested = !ReferenceEquals(before, after);
    }

    internal static string NameOf(JobPhase phase) => phase.ToString().ToLowerInvariant();
}
