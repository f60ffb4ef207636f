using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace DataBright.Node.Watching;

/// <summary>
/// Leaves of each span what is known to be harmless. A library may put addresses, names of programs or query strings of strangers into the
/// spans it makes; of those nothing stays, whatever it is called.
/// </summary>
internal sealed class SpanTags : BaseProcessor<Activity>
{
    public static readonly FrozenSet<string> Known = new[]
    {
        "rpc.system", "rpc.method", "databright.chain.calls", "databright.job.state", "databright.job.next_state", "error.type",
        RequestSpans.Method, RequestSpans.Route, RequestSpans.Status,
    }.ToFrozenSet();

    public override void OnEnd(Activity data)
    {
        foreach (var (tag, _) in data.TagObjects.ToArray())
            if (!Known.Contains(tag)) data.SetTag(tag, null);
        data.TraceStateString = null;
        if (data.Source.Name == RequestSpans.Source)
            data.DisplayName = $"{data.GetTagItem(RequestSpans.Method)} {data.GetTagItem(RequestSpans.Route)}";
        // Messages of exceptions may repeat what somebody sent, and events cannot be taken out: such a span is not told.
        if (data.Events.Any() || data.Baggage.Any()) data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
