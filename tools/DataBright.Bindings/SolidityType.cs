namespace DataBright.Bindings;

/// <summary>A type of the contract ABI, and the C# that stands for it.</summary>
/// <param name="Canonical">The type in signatures, such as <c>(uint256,address[])</c>.</param>
/// <param name="CSharp">The C# type.</param>
/// <param name="Words">Words in a head; 1 where it is dynamic.</param>
/// <param name="IsDynamic">Whether a head holds an offset only.</param>
internal abstract record SolidityType(string Canonical, string CSharp, int Words, bool IsDynamic)
{
    /// <summary>A statement that writes a value, without its semicolon.</summary>
    public abstract string Write(string value);

    /// <summary>An expression that reads a value from the reader of that name.</summary>
    public abstract string Read(string reader = "r");
}

/// <summary>A type of one word, or bytes, or a text: one call writes it and one reads it.</summary>
/// <param name="WriteFormat">The call with {0} for the value.</param>
/// <param name="ReadCall">The reader's method with its arguments.</param>
/// <param name="Cast">The type the result is cast to; empty for none.</param>
internal sealed record PlainType(string Canonical, string CSharp, bool IsDynamic, string WriteFormat, string ReadCall, string Cast = "")
    : SolidityType(Canonical, CSharp, 1, IsDynamic)
{
    public override string Write(string value) => WriteFormat.Replace("{0}", value, StringComparison.Ordinal);

    public override string Read(string reader = "r") => $"{(Cast.Length == 0 ? "" : $"({Cast})")}{reader}.{ReadCall}";
}

/// <summary>A struct, a record in C# that writes and reads itself.</summary>
internal sealed record StructType(string Canonical, string CSharp, StructDefinition Definition)
    : SolidityType(Canonical, CSharp, Definition.IsDynamic ? 1 : Definition.HeadWords, Definition.IsDynamic)
{
    public override string Write(string value) =>
        IsDynamic ? $"w.Tuple({value}, {Definition.HeadWords}, static (w, v) => v.Write(w))" : $"{value}.Write(w)";

    public override string Read(string reader = "r") => IsDynamic ? $"{reader}.Tuple({CSharp}.Read)" : $"{CSharp}.Read({reader})";
}

/// <summary>An array; its length is null where it is not fixed.</summary>
internal sealed record ArrayType(SolidityType Element, int? Length) : SolidityType(
    $"{Element.Canonical}[{Length}]", $"IReadOnlyList<{Element.CSharp}>",
    Length is { } length && !Element.IsDynamic ? length * Element.Words : 1, Length is null || Element.IsDynamic)
{
    private string Dynamic => Element.IsDynamic ? "true" : "false";

    public override string Write(string value) => Length is { } length
        ? $"w.FixedList({value}, {length}, {Dynamic}, static (w, v) => {Element.Write("v")})"
        : $"w.List({value}, {Element.Words}, static (w, v) => {Element.Write("v")})";

    public override string Read(string reader = "r") => Length is { } length
        ? $"{reader}.FixedList({length}, {Dynamic}, static r => {Element.Read()})"
        : $"{reader}.List({Element.Words}, static r => {Element.Read()})";
}

/// <summary>A struct's declaration.</summary>
/// <param name="Container">The generated class it stands in; empty for none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Fields">Its fields in order.</param>
internal sealed record StructDefinition(string Container, string Name, IReadOnlyList<(string Name, SolidityType Type)> Fields)
{
    public int HeadWords => Fields.Sum(f => f.Type.Words);

    public bool IsDynamic => Fields.Any(f => f.Type.IsDynamic);
}

/// <summary>An enum's declaration.</summary>
/// <param name="Container">The generated class it stands in; empty for none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Members">Its members in order, counted from 0.</param>
internal sealed record EnumDefinition(string Container, string Name, IReadOnlyList<string> Members);
