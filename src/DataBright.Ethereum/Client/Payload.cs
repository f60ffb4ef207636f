namespace DataBright.Ethereum;

/// <summary>What a transaction does, without who sends it and when: a call, or a contract's creation where To is null.</summary>
internal sealed record Payload(Address? To, ReadOnlyMemory<byte> Data, Uint256 Value, ulong? GasLimit, string? Function)
{
    public Payload(ContractCall call) : this(call.To, call.Data, call.Value, call.GasLimit, call.Function)
    {
    }
}
