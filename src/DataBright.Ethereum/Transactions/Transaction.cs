namespace DataBright.Ethereum;

/// <summary>What an account asks the chain to do, before it is signed.</summary>
public abstract record Transaction
{
    internal Transaction()
    {
    }

    /// <summary>How many transactions the sender has made before this one.</summary>
    public ulong Nonce { get; init; }

    /// <summary>The most gas that the transaction may use.</summary>
    public ulong Gas { get; init; }

    /// <summary>The account that is called; null creates a contract from <see cref="Data"/>.</summary>
    public Address? To { get; init; }

    /// <summary>Wei that go along.</summary>
    public Uint256 Value { get; init; }

    /// <summary>Calldata, or creation code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The EIP-2718 type byte; null for a legacy transaction, which has none.</summary>
    public abstract byte? TypeByte { get; }

    /// <summary>The bytes whose hash is signed.</summary>
    public byte[] EncodeUnsigned() => Encode(null);

    /// <summary>The digest that the sender signs.</summary>
    public Hash32 SigningHash => Keccak.Hash(EncodeUnsigned());

    /// <summary>Signs for the account of <paramref name="key"/>.</summary>
    public SignedTransaction Sign(EthereumKey key) => new(this, key.Sign(SigningHash));

    internal byte[] Encode(Signature? signature)
    {
        var rlp = new RlpWriter();
        if (TypeByte is { } type)
            rlp.WriteEncoded([type]);
        rlp.BeginList();
        WriteFields(rlp);
        WriteSignature(rlp, signature);
        rlp.End();
        return rlp.ToArray();
    }

    internal abstract void WriteFields(RlpWriter rlp);

    internal virtual void WriteSignature(RlpWriter rlp, Signature? signature)
    {
        if (signature is not { } signed)
            return;
        rlp.Write(signed.YParity ? 1UL : 0UL);
        rlp.Write(signed.R);
        rlp.Write(signed.S);
    }

    internal void WriteCall(RlpWriter rlp)
    {
        rlp.Write(Gas);
        rlp.Write(To is { } to ? to.ToArray() : []);
        rlp.Write(Value);
        rlp.Write(Data.Span);
    }

    internal static void WriteAccessList(RlpWriter rlp, IReadOnlyList<AccessListEntry> entries)
    {
        rlp.BeginList();
        foreach (var entry in entries)
        {
            rlp.BeginList();
            rlp.Write(entry.Address.AsSpan());
            rlp.BeginList();
            foreach (var key in entry.StorageKeys)
                rlp.Write(key.AsSpan());
            rlp.End();
            rlp.End();
        }
        rlp.End();
    }
}

/// <summary>An account and storage slots of it that a transaction announces (EIP-2930).</summary>
/// <param name="Address">The account.</param>
/// <param name="StorageKeys">Its slots.</param>
public sealed record AccessListEntry(Address Address, IReadOnlyList<Hash32> StorageKeys);
