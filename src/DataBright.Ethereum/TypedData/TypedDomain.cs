namespace DataBright.Ethereum;

/// <summary>
/// What a signature of typed data is bound to (EIP-712). A field that is null is not part of the domain; which are is
/// the contract's choice.
/// </summary>
public sealed record TypedDomain
{
    /// <summary>The readable name of the application.</summary>
    public string? Name { get; init; }

    /// <summary>The version of its messages.</summary>
    public string? Version { get; init; }

    /// <summary>The chain.</summary>
    public Uint256? ChainId { get; init; }

    /// <summary>The contract that checks the signature.</summary>
    public Address? VerifyingContract { get; init; }

    /// <summary>A last resort against collisions.</summary>
    public Hash32? Salt { get; init; }

    /// <summary>The domain of OpenZeppelin's EIP712 contract: name, version, chain and contract.</summary>
    public static TypedDomain Of(string name, string version, ulong chainId, Address contract) =>
        new() { Name = name, Version = version, ChainId = chainId, VerifyingContract = contract };

    /// <summary>The hash of the domain, which contracts call DOMAIN_SEPARATOR. Keep it where many messages are signed.</summary>
    public Hash32 Separator()
    {
        var fields = new List<string>();
        var values = new List<AbiValue>();
        Add("string name", Name is null ? null : new AbiValue.Text(Name));
        Add("string version", Version is null ? null : new AbiValue.Text(Version));
        Add("uint256 chainId", ChainId is { } chain ? chain : null);
        Add("address verifyingContract", VerifyingContract is { } contract ? contract : null);
        Add("bytes32 salt", Salt is { } salt ? salt : null);
        return TypedStruct.Define($"EIP712Domain({string.Join(',', fields)})").Hash([.. values]);

        void Add(string field, AbiValue? value)
        {
            if (value is null)
                return;
            fields.Add(field);
            values.Add(value);
        }
    }

    /// <summary>The digest to sign for a message of this domain.</summary>
    /// <param name="structHash">What <see cref="TypedStruct.Hash"/> gave for the message.</param>
    public Hash32 Digest(Hash32 structHash) => Digest(Separator(), structHash);

    /// <summary>The digest to sign for a message of a domain whose separator is known.</summary>
    public static Hash32 Digest(Hash32 separator, Hash32 structHash)
    {
        Span<byte> preimage = stackalloc byte[2 + 2 * Hash32.Size];
        preimage[0] = 0x19;
        preimage[1] = 0x01;
        separator.CopyTo(preimage[2..]);
        structHash.CopyTo(preimage[(2 + Hash32.Size)..]);
        return Keccak.Hash(preimage);
    }
}
