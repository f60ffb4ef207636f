namespace DataBright.Ethereum;

/// <summary>What a function may do to the chain.</summary>
public enum AbiMutability
{
    /// <summary>Reads neither storage nor the block.</summary>
    Pure,

    /// <summary>Reads only.</summary>
    View,

    /// <summary>Writes, and refuses ether.</summary>
    Nonpayable,

    /// <summary>Writes, and takes ether.</summary>
    Payable,
}

/// <summary>A function of a contract.</summary>
/// <param name="name">Its name.</param>
/// <param name="inputs">Its arguments.</param>
/// <param name="outputs">Its results.</param>
/// <param name="mutability">What it may do.</param>
public sealed class AbiFunction(
    string name, IReadOnlyList<AbiParameter> inputs, IReadOnlyList<AbiParameter> outputs, AbiMutability mutability)
{
    private readonly AbiType[] _inputTypes = [.. inputs.Select(input => input.Type)];
    private readonly AbiType[] _outputTypes = [.. outputs.Select(output => output.Type)];

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<AbiParameter> Inputs { get; } = inputs;

    /// <summary>Its results.</summary>
    public IReadOnlyList<AbiParameter> Outputs { get; } = outputs;

    /// <summary>What it may do.</summary>
    public AbiMutability Mutability { get; } = mutability;

    /// <summary>The canonical signature, such as <c>transfer(address,uint256)</c>.</summary>
    public string Signature { get; } = name + AbiSignature.Types(inputs);

    /// <summary>What calldata begins with.</summary>
    public Selector Selector { get; } = Selector.Of(name + AbiSignature.Types(inputs));

    /// <summary>
    /// Reads a signature such as <c>function balanceOf(address owner) view returns (uint256)</c>; the first word may be left out.
    /// </summary>
    /// <exception cref="AbiException">The text is no such signature.</exception>
    public static AbiFunction Parse(string signature) => new AbiSignatureParser(signature).Function();

    /// <summary>Encodes a call.</summary>
    /// <exception cref="AbiException">The values do not suit the arguments.</exception>
    public byte[] EncodeCall(params AbiValue[] arguments) => Abi.Encode(Selector, _inputTypes, arguments);

    /// <summary>Decodes a call's arguments.</summary>
    /// <exception cref="AbiException">The data calls something else, or is damaged.</exception>
    public AbiValue[] DecodeCall(ReadOnlyMemory<byte> data) => Selector.Of(data.Span) == Selector
        ? Abi.Decode(_inputTypes, data[Selector.Size..])
        : throw new AbiException($"The data calls {Selector.Of(data.Span)}, not {Signature}.");

    /// <summary>Encodes results.</summary>
    /// <exception cref="AbiException">The values do not suit the results.</exception>
    public byte[] EncodeResult(params AbiValue[] results) => Abi.Encode(_outputTypes, results);

    /// <summary>Decodes what a call gave.</summary>
    /// <exception cref="AbiException">The data is no such result.</exception>
    public AbiValue[] DecodeResult(ReadOnlyMemory<byte> data) => Abi.Decode(_outputTypes, data);

    /// <summary>The canonical signature.</summary>
    public override string ToString() => Signature;
}
