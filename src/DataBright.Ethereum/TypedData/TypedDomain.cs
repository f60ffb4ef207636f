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
        var members = Members();
        return TypedStruct.Define($"EIP712Domain({string.Join(',', members.Select(member => $"{member.Type} {member.Name}"))})")
            .Hash([.. members.Select(member => member.Value)]);
    }

    /// <summary>The fields that the domain has, in the standard's order.</summary>
    internal IReadOnlyList<(string Type, string Name, AbiValue Value)> Members()
    {
        var members = new List<(string Type, string Name, AbiValue Value)>();
        if (Name is not null) members.Add(("string", "name", Name));
        if (Version is not null) members.Add(("string", "version", Version));
        if (ChainId is { } chain) members.Add(("uint256", "chainId", chain));
        if (VerifyingContract is { } contract) members.Add(("address", "verifyingContract", contract));
        if (Salt is { } salt) members.Add(("bytes32", "salt", salt));
        return members;
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
