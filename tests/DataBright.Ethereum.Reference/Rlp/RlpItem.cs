namespace DataBright.Ethereum;

/// <summary>RLP as a tree, for where the shape is not known beforehand: a string of bytes or a list of items.</summary>
public sealed class RlpItem
{
    /// <summary>Lists inside lists that <see cref="Decode"/> follows; deeper nesting is refused.</summary>
    public const int MaxDepth = 256;

    private readonly byte[]? _bytes;
    private readonly RlpItem[]? _items;

    /// <summary>A string of bytes.</summary>
    public RlpItem(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    /// <summary>A list.</summary>
    public RlpItem(IEnumerable<RlpItem> items) => _items = [.. items];

    /// <summary>Whether this is a list.</summary>
    public bool IsList => _items is not null;

    /// <summary>The bytes of a string.</summary>
    /// <exception cref="RlpException">This is a list.</exception>
    public ReadOnlyMemory<byte> Bytes => _bytes ?? throw new RlpException("RLP has a list where a string is expected.");

    /// <summary>The items of a list.</summary>
    /// <exception cref="RlpException">This is a string.</exception>
    public IReadOnlyList<RlpItem> Items => _items ?? throw new RlpException("RLP has a string where a list is expected.");

    /// <summary>Reads one item that takes up all of <paramref name="encoded"/>.</summary>
    /// <exception cref="RlpException">The bytes are not canonical, go on after the item, or nest deeper than
    /// <see cref="MaxDepth"/>.</exception>
    public static RlpItem Decode(ReadOnlySpan<byte> encoded)
    {
        var reader = new RlpReader(encoded);
        var item = Read(ref reader, 0);
        reader.End();
        return item;
    }

    /// <summary>Writes the item.</summary>
    public byte[] Encode()
    {
        var writer = new RlpWriter();
        WriteTo(writer);
        return writer.ToArray();
    }

    /// <summary>Writes the item after what <paramref name="writer"/> has already.</summary>
    public void WriteTo(RlpWriter writer)
    {
        if (_bytes is not null)
        {
            writer.Write(_bytes);
            return;
        }
        writer.BeginList();
        foreach (var item in _items!)
            item.WriteTo(writer);
        writer.End();
    }

    private static RlpItem Read(ref RlpReader reader, int depth)
    {
        if (!reader.IsList)
            return new RlpItem(reader.Bytes());
        if (depth == MaxDepth)
            throw new RlpException($"RLP nests lists more than {MaxDepth} deep.");
        var list = reader.List();
        var items = new List<RlpItem>();
        while (!list.IsAtEnd)
            items.Add(Read(ref list, depth + 1));
        return new RlpItem(items);
    }
}
