namespace DataBright.Ethereum;

/// <summary>An event of a contract.</summary>
/// <param name="name">Its name.</param>
/// <param name="inputs">Its facts, in the order of the declaration.</param>
/// <param name="isAnonymous">Whether the first topic is left out.</param>
public sealed class AbiEvent(string name, IReadOnlyList<AbiParameter> inputs, bool isAnonymous = false)
{
    private readonly AbiType[] _dataTypes = [.. inputs.Where(input => !input.Indexed).Select(input => input.Type)];

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its facts, in the order of the declaration.</summary>
    public IReadOnlyList<AbiParameter> Inputs { get; } = inputs;

    /// <summary>Whether the first topic is left out.</summary>
    public bool IsAnonymous { get; } = isAnonymous;

    /// <summary>The canonical signature, such as <c>Transfer(address,address,uint256)</c>.</summary>
    public string Signature { get; } = name + AbiSignature.Types(inputs);

    /// <summary>The hash of the signature, the first topic unless the event is anonymous.</summary>
    public Hash32 Topic { get; } = Keccak.HashText(name + AbiSignature.Types(inputs));

    /// <summary>
    /// Reads a signature such as <c>event Transfer(address indexed from, address indexed to, uint256 amount)</c>; the first word may be
    /// left out.
    /// </summary>
    /// <exception cref="AbiException">The text is no such signature.</exception>
    public static AbiEvent Parse(string signature) => new AbiSignatureParser(signature).Event();

    /// <summary>Encodes the facts as a contract logs them.</summary>
    /// <exception cref="AbiException">The values do not suit the facts.</exception>
    public (Hash32[] Topics, byte[] Data) Encode(params AbiValue[] values)
    {
        Abi.RequireSameCount(Inputs.Count, values.Length);
        var topics = new List<Hash32>();
        var data = new List<AbiValue>();
        if (!IsAnonymous)
            topics.Add(Topic);
        for (var i = 0; i < values.Length; i++)
        {
            if (Inputs[i].Indexed)
                topics.Add(EncodeTopic(Inputs[i].Type, values[i]));
            else
                data.Add(values[i]);
        }
        return ([.. topics], Abi.Encode(_dataTypes, data));
    }

    /// <summary>
    /// Decodes a log, one value for each fact in the order of the declaration. Of an indexed string, bytes, array or
    /// tuple the chain keeps only a hash, which comes as 32 bytes.
    /// </summary>
    /// <exception cref="AbiException">The log is another event's, or is damaged.</exception>
    public AbiValue[] Decode(IReadOnlyList<Hash32> topics, ReadOnlyMemory<byte> data)
    {
        var first = IsAnonymous ? 0 : 1;
        if (first == 1 && (topics.Count == 0 || topics[0] != Topic))
            throw new AbiException($"The log is no {Signature}: its first topic is {(topics.Count == 0 ? "missing" : topics[0])}.");
        var indexed = Inputs.Count(input => input.Indexed);
        if (topics.Count != first + indexed)
            throw new AbiException($"A log of {Signature} has {first + indexed} topics; this one has {topics.Count}.");
        var reader = new AbiReader(data);
        var topic = first;
        return [.. Inputs.Select(input => input.Indexed ? DecodeTopic(input.Type, topics[topic++]) : Abi.Read(reader, input.Type))];
    }

    /// <summary>The topic that a value of an indexed parameter has: itself in one word, or a hash where it has no single word.</summary>
    /// <exception cref="AbiException">The value does not suit the type.</exception>
    public static Hash32 EncodeTopic(AbiType type, AbiValue value) =>
        IsOneWord(type)
            ? new Hash32(Abi.Encode([type], [value]))
            : Keccak.Hash(AbiInPlace.TopicPreimage(type, value));

    /// <summary>The canonical signature.</summary>
    public override string ToString() => Signature;

    private static AbiValue DecodeTopic(AbiType type, Hash32 topic) =>
        IsOneWord(type) ? Abi.Read(new AbiReader(topic.ToArray()), type) : topic;

    private static bool IsOneWord(AbiType type) =>
        type.Kind is not (AbiKind.Bytes or AbiKind.String or AbiKind.Array or AbiKind.FixedArray or AbiKind.Tuple);
}
