using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DataBright.Market.Datasets;

/// <summary>The type of each feature of a data point.</summary>
public enum ElementType : byte
{
    /// <summary>A byte, as in grey images.</summary>
    UInt8 = 1,

    /// <summary>An IEEE 754 number of 32 bits, little-endian and finite.</summary>
    Float32 = 2,
}

/// <summary>What every data point of a dataset looks like. Its hash is on the ledger.</summary>
public sealed class DataSchema : IEquatable<DataSchema>
{
    public const int MaxDimensions = 8;
    public const int MaxFeatureBytes = 16 * 1024 * 1024;
    public const int MaxClasses = 1 << 24;

    /// <param name="element">The type of a feature.</param>
    /// <param name="shape">The dimensions, outermost first: 1, 28, 28 for a grey image of 28 × 28.</param>
    /// <param name="classes">How many labels there are; labels count from zero.</param>
    /// <exception cref="ArgumentException">The shape is empty, too large or not positive, or there are no classes.</exception>
    public DataSchema(ElementType element, IReadOnlyList<int> shape, int classes)
    {
        if (!Enum.IsDefined(element)) throw new ArgumentException($"The element type {(int)element} is unknown.", nameof(element));
        if (shape.Count is 0 or > MaxDimensions)
            throw new ArgumentException($"A data point has 1 to {MaxDimensions} dimensions, not {shape.Count}.", nameof(shape));
        if (classes is < 1 or > MaxClasses)
            throw new ArgumentException($"There are 1 to {MaxClasses} classes, not {classes}.", nameof(classes));

        long features = 1;
        foreach (int dimension in shape)
        {
            if (dimension < 1) throw new ArgumentException($"A dimension of {dimension} is not positive.", nameof(shape));
            features *= dimension;
            if (features * SizeOf(element) > MaxFeatureBytes)
                throw new ArgumentException($"A data point has at most {MaxFeatureBytes} bytes of features.", nameof(shape));
        }

        (Element, Shape, Classes, Features) = (element, [.. shape], classes, (int)features);
        Hash = Digest.Of(Encoding.UTF8.GetBytes(ToJson()));
    }

    public ElementType Element { get; }

    public IReadOnlyList<int> Shape { get; }

    public int Classes { get; }

    /// <summary>Features in one point: the product of the dimensions.</summary>
    public int Features { get; }

    public int FeatureBytes => Features * SizeOf(Element);

    /// <summary>SHA-256 of <see cref="ToJson"/>.</summary>
    public Digest Hash { get; }

    /// <summary>The one JSON text of this schema: keys sorted, no spaces.</summary>
    public string ToJson() => string.Create(CultureInfo.InvariantCulture,
        $$"""{"classes":{{Classes}},"element":"{{NameOf(Element)}}","shape":[{{string.Join(',', Shape)}}],"version":1}""");

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">It says something else.</exception>
    public static DataSchema Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            var root = document.RootElement;
            var element = root.GetProperty("element").GetString() == NameOf(ElementType.UInt8) ? ElementType.UInt8 : ElementType.Float32;
            var read = new DataSchema(element, [.. root.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())],
                root.GetProperty("classes").GetInt32());
            return read.ToJson() == json ? read : throw new FormatException("This is not a schema's canonical text.");
        }
        catch (Exception malformed) when (malformed.IsUnreadable())
        {
            throw new FormatException("This is no schema.", malformed);
        }
    }

    public bool Equals(DataSchema? other) => other is not null && Hash == other.Hash;

    public override bool Equals(object? obj) => Equals(obj as DataSchema);

    public override int GetHashCode() => Hash.GetHashCode();

    /// <summary>Such as <c>u8 1×28×28, 10 classes</c>.</summary>
    public override string ToString() => $"{NameOf(Element)} {string.Join('×', Shape)}, {Classes} classes";

    private static int SizeOf(ElementType element) => element == ElementType.UInt8 ? 1 : 4;

    private static string NameOf(ElementType element) => element == ElementType.UInt8 ? "u8" : "f32";
}
