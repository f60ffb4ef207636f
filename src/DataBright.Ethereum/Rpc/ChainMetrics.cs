using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DataBright.Ethereum;

/// <summary>What is counted of the transactions that clients send: instruments of the meter <c>DataBright</c>.</summary>
/// <remarks>
/// A client that is given none counts nothing. Spans come from a source of the same name and cost nothing while nobody listens; their tags
/// are names of methods and kinds of faults, never an address, a parameter or a URL.
/// </remarks>
public sealed class ChainMetrics
{
    /// <summary>The name of every meter and of every source of spans of this product.</summary>
    public const string Name = "DataBright";

    private static readonly ActivitySource Spans = new(Name);

    /// <param name="meters">Who watches; each process has one.</param>
    public ChainMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        Sent = meter.CreateCounter<long>("databright.transactions.sent", "{transaction}",
            "Transactions that the chain's node took, or may have taken.");
        Bumped = meter.CreateCounter<long>("databright.transactions.bumped", "{transaction}",
            "Times that a waiting transaction was offered again for higher fees.");
        Pending = meter.CreateUpDownCounter<long>("databright.transactions.pending", "{transaction}",
            "Transactions that were sent and whose receipt is waited for.");
    }

    internal Counter<long> Sent { get; }

    internal Counter<long> Bumped { get; }

    internal UpDownCounter<long> Pending { get; }

    /// <summary>
    /// The span of a request. Only within another one: a process that follows a chain asks several times a second whether there is a new
    /// block, and nobody wants to read that.
    /// </summary>
    internal static Activity? Request(IReadOnlyList<RpcRequest> requests)
    {
        if (!Spans.HasListeners() || Activity.Current is null)
            return null;
        var span = Spans.StartActivity("chain.request", ActivityKind.Client);
        span?.SetTag("rpc.system", "jsonrpc").SetTag("rpc.method", requests[0].Method).SetTag("databright.chain.calls", requests.Count);
        return span;
    }

    /// <summary>Says that a request failed, and of what kind the fault was.</summary>
    internal static void Fail(Activity? span, Exception fault) => span
        ?.SetTag("error.type", fault is ChainException chain ? chain.Fault.ToString() : fault.GetType().Name)
        .SetStatus(ActivityStatusCode.Error);
}
