namespace DataBright.Ethereum;

/// <summary>Which block a question is about: a number or a name.</summary>
public readonly record struct BlockTag
{
    private readonly string? _text;

    private BlockTag(string text) => _text = text;

    /// <summary>The newest block; also the default.</summary>
    public static BlockTag Latest => new("latest");

    /// <summary>The block that would come next, with what waits for it.</summary>
    public static BlockTag Pending => new("pending");

    /// <summary>The newest block that validators will not undo without losing their stake.</summary>
    public static BlockTag Finalized => new("finalized");

    /// <summary>A block by its number.</summary>
    public static BlockTag At(ulong number) => new($"0x{number:x}");

    /// <summary>A block by its number.</summary>
    public static implicit operator BlockTag(ulong number) => At(number);

    /// <summary>As JSON-RPC writes it.</summary>
    public override string ToString() => _text ?? "latest";
}
