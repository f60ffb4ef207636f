namespace DataBright.Ethereum;

/// <summary>Reading of logs that others caused: one that cannot be read does not hide the others.</summary>
public static class ReadableLogs
{
    /// <summary>The event that a log is; null where it is malformed or none of that kind.</summary>
    /// <param name="log">The log.</param>
    /// <param name="decode">Reads it.</param>
    public static T? Read<T>(this Log log, Func<Log, T> decode) where T : class
    {
        try
        {
            return decode(log);
        }
        catch (AbiException)
        {
            return null;
        }
    }

    /// <summary>The events of a kind among some logs, each with its log, in their order; malformed ones are left out.</summary>
    /// <param name="logs">The logs.</param>
    /// <param name="decode">Reads one.</param>
    public static IEnumerable<(Log Log, T Event)> Readable<T>(this IEnumerable<Log> logs, Func<Log, T> decode) where T : class =>
        logs.Select(log => (log, log.Read(decode))).Where(pair => pair.Item2 is not null).Select(pair => (pair.log, pair.Item2!));
}
