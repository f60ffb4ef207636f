namespace DataBright.Ethereum;

/// <summary>One thing that happened to a chain's logs.</summary>
/// <param name="Cursor">Where reading goes on; to be kept together with what is made of the step.</param>
public abstract record LogStep(LogCursor Cursor);

/// <summary>Blocks were read. All their logs are from one chain: that of the last block's hash.</summary>
/// <param name="From">The first block.</param>
/// <param name="To">The last block.</param>
/// <param name="ToHash">The last block's hash, which stands for all before it.</param>
/// <param name="Logs">Their logs in the order of the chain; each has its block's hash.</param>
/// <param name="Cursor">Where reading goes on.</param>
public sealed record LogBatch(ulong From, ulong To, Hash32 ToHash, IReadOnlyList<Log> Logs, LogCursor Cursor) : LogStep(Cursor);

/// <summary>The chain was reorganised: what was made of logs of blocks from <see cref="FirstGone"/> on must be undone.</summary>
/// <param name="FirstGone">The first block whose logs no longer count. They come again as far as they are in the new chain.</param>
/// <param name="Cursor">Where reading goes on.</param>
public sealed record Rewound(ulong FirstGone, LogCursor Cursor) : LogStep(Cursor)
{
    /// <summary>The last block that still counts; null where none does.</summary>
    public ulong? ToBlock => FirstGone == 0 ? null : FirstGone - 1;
}
