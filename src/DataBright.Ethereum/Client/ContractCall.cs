namespace DataBright.Ethereum;

/// <summary>A call that changes a contract's state: it must be sent as a transaction.</summary>
/// <param name="To">The contract.</param>
/// <param name="Data">Selector and encoded arguments.</param>
/// <param name="Value">Wei that go along.</param>
public sealed record ContractCall(Address To, byte[] Data, Uint256 Value = default)
{
    /// <summary>
    /// Gas to allow. Null, the default, lets the sender simulate the call first, which finds most faults for free.
    /// </summary>
    public ulong? GasLimit { get; init; }

    /// <summary>The function's name for messages; null where it is not known.</summary>
    public string? Function { get; init; }
}

/// <summary>A call that only reads.</summary>
/// <typeparam name="T">What it gives.</typeparam>
/// <param name="To">The contract.</param>
/// <param name="Data">Selector and encoded arguments.</param>
/// <param name="Decode">Reads the encoded result.</param>
public sealed record ContractCall<T>(Address To, byte[] Data, Func<ReadOnlyMemory<byte>, T> Decode)
{
    /// <summary>The function's name for messages; null where it is not known.</summary>
    public string? Function { get; init; }
}
