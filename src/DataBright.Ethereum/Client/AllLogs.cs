namespace DataBright.Ethereum;

/// <summary>Logs of however many blocks: nodes and providers answer for so many blocks, or so many logs, at once.</summary>
public static class AllLogs
{
    /// <summary>
    /// Logs of some blocks, both ends included, in the order of the chain; in ranges that get narrower where the node finds them too wide.
    /// </summary>
    public static async Task<IReadOnlyList<Log>> GetAllLogsAsync(this EthereumClient client, LogFilter filter, ulong from, ulong to,
        CancellationToken stop = default)
    {
        var logs = new List<Log>();
        for (ulong next = from, further = to - Math.Min(from, to); ;)
        {
            var last = next + Math.Min(further, to - Math.Min(next, to));
            try
            {
                logs.AddRange(await client.GetLogsAsync(filter, next, last, stop));
                if (last >= to)
                    return logs;
                (next, further) = (last + 1, further + further / 2 + 1);
            }
            catch (Exception fault) when (last > next && IsTooMuch(fault))
            {
                further = (last - next) / 2;
            }
        }
    }

    /// <summary>
    /// Whether fewer blocks may do. There is no standard code for it: whatever is not refused for good is tried with fewer.
    /// </summary>
    internal static bool IsTooMuch(Exception fault) => fault switch
    {
        ChainException chain => chain.Fault is ChainFault.TooLarge or ChainFault.TimedOut,
        RpcException rpc => rpc.Meaning is RpcMeaning.TooMuch
            || (rpc.Meaning == RpcMeaning.Final && rpc.Code != RpcException.MethodNotFound),
        _ => false,
    };
}
