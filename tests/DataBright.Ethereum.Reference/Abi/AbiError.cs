namespace DataBright.Ethereum;

/// <summary>A custom error of a contract.</summary>
/// <param name="name">Its name.</param>
/// <param name="inputs">The facts that come with it.</param>
public sealed class AbiError(string name, IReadOnlyList<AbiParameter> inputs)
{
    private readonly AbiType[] _types = [.. inputs.Select(input => input.Type)];

    /// <summary>What <c>require(condition, "reason")</c> and <c>revert("reason")</c> give.</summary>
    public static AbiError Reason { get; } = Parse("error Error(string reason)");

    /// <summary>What a failed <c>assert</c>, an overflow, a bad index and the like give.</summary>
    public static AbiError Panic { get; } = Parse("error Panic(uint256 code)");

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>The facts that come with it.</summary>
    public IReadOnlyList<AbiParameter> Inputs { get; } = inputs;

    /// <summary>The canonical signature, such as <c>TooFewLeft(uint256)</c>.</summary>
    public string Signature { get; } = name + AbiSignature.Types(inputs);

    /// <summary>What revert data begins with.</summary>
    public Selector Selector { get; } = Selector.Of(name + AbiSignature.Types(inputs));

    /// <summary>Reads a signature such as <c>error TooFewLeft(uint256 unsold)</c>; the first word may be left out.</summary>
    /// <exception cref="AbiException">The text is no such signature.</exception>
    public static AbiError Parse(string signature) => new AbiSignatureParser(signature).Error();

    /// <summary>Encodes revert data.</summary>
    /// <exception cref="AbiException">The values do not suit the facts.</exception>
    public byte[] Encode(params AbiValue[] values) => Abi.Encode(Selector, _types, values);

    /// <summary>Decodes the facts in revert data.</summary>
    /// <exception cref="AbiException">The data is another error, or is damaged.</exception>
    public AbiValue[] Decode(ReadOnlyMemory<byte> data) => Selector.Of(data.Span) == Selector
        ? Abi.Decode(_types, data[Selector.Size..])
        : throw new AbiException($"The data is error {Selector.Of(data.Span)}, not {Signature}.");

    /// <summary>The canonical signature.</summary>
    public override string ToString() => Signature;
}
