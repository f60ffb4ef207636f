namespace DataBright.Ethereum;

/// <summary>A transaction without type, bound to one chain by EIP-155.</summary>
public sealed record LegacyTransaction : Transaction
{
    /// <summary>The chain that may execute it; null lets every chain do so, as before EIP-155.</summary>
    public ulong? ChainId { get; init; }

    /// <summary>Wei that a unit of gas costs.</summary>
    public Uint256 GasPrice { get; init; }

    /// <inheritdoc/>
    public override byte? TypeByte => null;

    internal override void WriteFields(RlpWriter rlp)
    {
        rlp.Write(Nonce);
        rlp.Write(GasPrice);
        WriteCall(rlp);
    }

    internal override void WriteSignature(RlpWriter rlp, Signature? signature)
    {
        if (signature is { } signed)
        {
            var parity = signed.YParity ? 1UL : 0UL;
            rlp.Write(ChainId is { } chain ? (Uint256)((UInt128)chain * 2 + 35 + parity) : 27 + parity);
            rlp.Write(signed.R);
            rlp.Write(signed.S);
        }
        else if (ChainId is { } chain)
        {
            rlp.Write(chain);
            rlp.Write(0UL);
            rlp.Write(0UL);
        }
    }
}
