using System.Diagnostics.Metrics;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Node.Ledger;

/// <summary>
/// How the node stands to its chain, from what it heard last: whoever reads the figures asks neither the chain nor the index.
/// </summary>
internal static class LedgerMetrics
{
    public static void Watch(IMeterFactory meters, ChainHead head, LedgerIndex index)
    {
        var meter = meters.Create(ChainMetrics.Name);
        meter.CreateObservableGauge("databright.chain.up", () => head.Number is null ? 0 : 1, "{chain}",
            "Whether the chain answered when it was asked last: 1 or 0.");
        meter.CreateObservableGauge<long>(
            "databright.index.blocks_behind", () => head.Number is { } newest ? [new(Behind(newest, index.NextBlock))] : [], "{block}",
            "Blocks of the chain that the index has not read yet; absent while the chain does not answer.");
    }

    private static long Behind(ulong newest, ulong next) => newest >= next ? (long)(newest - next + 1) : 0;
}
