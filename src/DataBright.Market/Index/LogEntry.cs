namespace DataBright.Market.Index;

/// <summary>Where and when an event happened.</summary>
internal readonly record struct LogEntry(ulong Block, uint Log, DateTimeOffset At);
