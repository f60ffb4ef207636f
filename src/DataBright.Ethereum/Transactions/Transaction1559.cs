namespace DataBright.Ethereum;

/// <summary>A transaction of type 2 (EIP-1559): a base fee that the chain sets and a tip for the block's maker.</summary>
public sealed record Transaction1559 : Transaction
{
    /// <summary>The chain that may execute it.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The most wei that a unit of gas may cost, base fee and tip together.</summary>
    public Uint256 MaxFeePerGas { get; init; }

    /// <summary>The most wei a unit of gas that the block's maker gets.</summary>
    public Uint256 MaxPriorityFeePerGas { get; init; }

    /// <summary>Accounts and slots announced beforehand.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <inheritdoc/>
    public override byte? TypeByte => 2;

    internal override void WriteFields(RlpWriter rlp)
    {
        rlp.Write(ChainId);
        rlp.Write(Nonce);
        rlp.Write(MaxPriorityFeePerGas);
        rlp.Write(MaxFeePerGas);
        WriteCall(rlp);
        WriteAccessList(rlp, AccessList);
    }
}
