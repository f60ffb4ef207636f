using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace DataBright.Node.Watching;

/// <summary>
/// Instruments and tags that are exported. Everything else is dropped: a tag that a library adds one day may hold a stranger's address or
/// name.
/// </summary>
internal static class InstrumentTable
{
    /// <summary>Of the runtime: one for the whole process, whoever made the meter.</summary>
    public const string Runtime = "System.Runtime";

    public const string Hosting = "Microsoft.AspNetCore.Hosting";

    public const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    public static readonly FrozenDictionary<string, string[]> Tags = new Dictionary<string, string[]>
    {
        ["databright.build.info"] = ["version"],
        ["databright.metrics.dropped"] = [],
        ["databright.chain.up"] = [],
        ["databright.index.blocks_behind"] = [],
        ["databright.index.events"] = [],
        ["databright.index.unreadable"] = [],
        ["databright.index.reorganisations"] = [],
        ["databright.transactions.sent"] = [],
        ["databright.transactions.bumped"] = [],
        ["databright.transactions.pending"] = [],
        ["databright.requests.refused"] = ["area", "rule"],
        ["databright.streams.open"] = [],
        ["databright.streams.cut"] = [],
        ["databright.uploads.begun"] = [],
        ["databright.uploads.ended"] = ["outcome"],
        ["databright.uploads.received"] = [],
        ["databright.usage.given_up"] = ["work"],
        ["databright.blobs.size"] = [],
        ["databright.jobs"] = ["state"],
        ["databright.orders"] = ["state"],
        ["databright.leases.given"] = [],
        ["databright.leases.lapsed"] = ["reason"],
        ["databright.convictions"] = [],
        ["databright.vouchers.taken"] = [],
        ["databright.predictions"] = ["paid"],
        ["databright.prediction.duration"] = [],
        ["databright.tasks.begun"] = [],
        ["databright.tasks.committed"] = [],
        ["databright.tasks.running"] = [],
        ["http.server.request.duration"] = ["http.request.method", "http.route", "http.response.status_code"],
        ["http.server.active_requests"] = ["http.request.method"],
        ["kestrel.active_connections"] = [],
        ["kestrel.rejected_connections"] = [],
        ["dotnet.process.cpu.time"] = ["cpu.mode"],
        ["dotnet.process.memory.working_set"] = [],
        ["dotnet.gc.collections"] = ["gc.heap.generation"],
        ["dotnet.gc.heap.total_allocated"] = [],
        ["dotnet.gc.pause.time"] = [],
        ["dotnet.exceptions"] = ["error.type"],
    }.ToFrozenDictionary();

    /// <summary>The tags that are told of an instrument; null where it is not told at all.</summary>
    public static string[]? Of(Instrument instrument) =>
        instrument.Meter.Name is Ethereum.ChainMetrics.Name or Runtime or Hosting or Kestrel
            ? Tags.GetValueOrDefault(instrument.Name) : null;
}
