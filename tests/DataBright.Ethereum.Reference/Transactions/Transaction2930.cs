namespace DataBright.Ethereum;

/// <summary>A transaction of type 1 (EIP-2930): one gas price and an access list.</summary>
public sealed record Transaction2930 : Transaction
{
    /// <summary>The chain that may execute it.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Wei that a unit of gas costs.</summary>
    public Uint256 GasPrice { get; init; }

    /// <summary>Accounts and slots announced beforehand.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <inheritdoc/>
    public override byte? TypeByte => 1;

    internal override void WriteFields(RlpWriter rlp)
    {
        rlp.Write(ChainId);
        rlp.Write(Nonce);
        rlp.Write(GasPrice);
        WriteCall(rlp);
        WriteAccessList(rlp, AccessList);
    }
}
