namespace DataBright.Services.Relays;

/// <summary>One thing that was carried, or is.</summary>
/// <param name="Block">The chain's newest block before it was sent.</param>
/// <param name="Transaction">Null while it is not in a block, or if the process ended before that was written.</param>
internal sealed record RelayRecord(long Number, string Name, ulong Block, Hash32? Transaction);
