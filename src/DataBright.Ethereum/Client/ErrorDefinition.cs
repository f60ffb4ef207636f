namespace DataBright.Ethereum;

/// <summary>A custom error that a contract reverted with, decoded.</summary>
public interface IContractError
{
    /// <summary>The error's name in Solidity.</summary>
    string Name { get; }

    /// <summary>The error's arguments in order, by their names in Solidity.</summary>
    IReadOnlyList<KeyValuePair<string, object>> Arguments { get; }
}

/// <summary>How one custom error is recognised and decoded.</summary>
/// <param name="Signature">Name and types, such as <c>VotingIsOver(uint256,uint64)</c>.</param>
/// <param name="Decode">Reads the encoded arguments, which follow the selector.</param>
public sealed record ErrorDefinition(string Signature, Func<ReadOnlyMemory<byte>, IContractError> Decode)
{
    /// <summary>The four bytes that revert data of this error starts with.</summary>
    public Selector Selector { get; } = Selector.Of(Signature);

    /// <summary>The name without the types.</summary>
    public string Name => Signature[..Signature.IndexOf('(', StringComparison.Ordinal)];
}
