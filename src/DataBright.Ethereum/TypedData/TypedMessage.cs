using System.Text.Json.Nodes;

namespace DataBright.Ethereum;

/// <summary>
/// A message of EIP-712 with what its signature is bound to: the digest that is signed, and the text that a wallet shows.
/// </summary>
/// <param name="domain">What the signature is bound to.</param>
/// <param name="type">The message's type.</param>
/// <param name="values">The message, one value for each field in order.</param>
public sealed class TypedMessage(TypedDomain domain, TypedStruct type, params AbiValue[] values)
{
    /// <summary>The name of the message's type, for example <c>Ballot</c>.</summary>
    public string Name => type.Name;

    /// <summary>The chain that the signature is bound to; null where it is bound to none.</summary>
    public Uint256? ChainId => domain.ChainId;

    /// <summary>The digest that is signed, always hashed from the values.</summary>
    public Hash32 Digest { get; } = domain.Digest(type.Hash(values));

    /// <summary>The message as wallets take it with <c>eth_signTypedData_v4</c>.</summary>
    public JsonObject ToJson() => TypedDataJson.Write(domain, type, values);
}
