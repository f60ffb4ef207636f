using System.Diagnostics;

namespace DataBright.Node.Watching;

/// <summary>
/// Takes no trace, no baggage and no decision to sample from whoever asks, and gives none on: strangers' words would be told to the
/// operator's collector, and those who are asked would learn which questions belong together.
/// </summary>
internal sealed class NoPropagation : DistributedContextPropagator
{
    public override IReadOnlyCollection<string> Fields => [];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId,
        out string? traceState) => (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
