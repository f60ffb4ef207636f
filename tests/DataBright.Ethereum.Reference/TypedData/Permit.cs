namespace DataBright.Ethereum;

/// <summary>An allowance given by signature (EIP-2612), so that whoever relays it pays the gas.</summary>
/// <param name="Owner">Whose tokens may be spent; signs.</param>
/// <param name="Spender">Who may spend them.</param>
/// <param name="Value">How many of the token's smallest units.</param>
/// <param name="Nonce">The token's <c>nonces(owner)</c>.</param>
/// <param name="Deadline">The last second since 1970 at which the token takes the signature.</param>
public sealed record Permit(Address Owner, Address Spender, Uint256 Value, Uint256 Nonce, Uint256 Deadline)
{
    private static readonly TypedStruct PermitType =
        TypedStruct.Define("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    /// <summary>The digest that the owner signs for the token of <paramref name="domain"/>.</summary>
    public Hash32 Digest(TypedDomain domain) => Message(domain).Digest;

    /// <summary>The permit as the owner signs it for the token of <paramref name="domain"/>.</summary>
    public TypedMessage Message(TypedDomain domain) => new(domain, PermitType, Owner, Spender, Value, Nonce, Deadline);

    /// <summary>Signs for the token of <paramref name="domain"/>.</summary>
    /// <exception cref="ArgumentException">The key is not the owner's.</exception>
    public Signature Sign(TypedDomain domain, EthereumKey owner) => owner.Address == Owner
        ? owner.Sign(Digest(domain))
        : throw new ArgumentException($"A permit of {Owner} cannot be signed by {owner.Address}.", nameof(owner));
}
