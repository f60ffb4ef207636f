namespace DataBright.Ethereum;

/// <summary>The custom errors that a client can name, by selector. Solidity's own two are always among them.</summary>
public sealed class ErrorTable
{
    private readonly Dictionary<Selector, ErrorDefinition> _definitions = [];

    /// <summary>Takes the errors of some contracts, such as generated bindings list them.</summary>
    /// <exception cref="ArgumentException">Two different errors have the same selector.</exception>
    public ErrorTable(IEnumerable<ErrorDefinition> definitions)
    {
        foreach (var definition in definitions.Append(SolidityErrors.Text).Append(SolidityErrors.Panic))
            if (!_definitions.TryAdd(definition.Selector, definition)
                && _definitions[definition.Selector].Signature != definition.Signature)
                throw new ArgumentException(
                    $"{definition.Signature} and {_definitions[definition.Selector].Signature} have the same selector "
                    + $"{definition.Selector}.", nameof(definitions));
    }

    /// <summary>Only <c>Error(string)</c> and <c>Panic(uint256)</c>.</summary>
    public static ErrorTable Solidity { get; } = new([]);

    /// <summary>Decodes revert data; null where the error is not known or its arguments are malformed.</summary>
    public IContractError? Find(ReadOnlyMemory<byte> revertData)
    {
        if (revertData.Length < Selector.Size || !_definitions.TryGetValue(Selector.Of(revertData.Span), out var definition))
            return null;
        try
        {
            return definition.Decode(revertData[Selector.Size..]);
        }
        catch (AbiException)
        {
            // Any contract can revert with any bytes, so a known selector with a wrong body is no fault of ours.
            return null;
        }
    }
}
