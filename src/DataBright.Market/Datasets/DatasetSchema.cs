using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Market.Datasets;

/// <summary>
/// What the numbers of a dataset's points mean. <see cref="DataSchema"/>, whose hash is on the ledger, says how many there are; this names
/// them.
/// </summary>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Points">The form of the points: it must be that on the ledger.</param>
/// <param name="Classes">The names of the classes in the order of their labels; null where labels are numbers.</param>
/// <param name="Columns">The columns that the values come from, in their order; null where there are none.</param>
/// <param name="Picture">How pictures are laid out; null where points are none.</param>
/// <param name="Text">What becomes of a text; null where points are none.</param>
/// <param name="Scale">The range that the values keep to, where no column says its own.</param>
public sealed record DatasetSchema(
    string Format, Digest Points, IReadOnlyList<string>? Classes, IReadOnlyList<SchemaColumn>? Columns, SchemaPicture? Picture,
    SchemaText? Text, ValueScale Scale)
{
    public const string CurrentFormat = "databright.schema/1";

    /// <summary>It is one raw block in every store, so that its digest alone finds it.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxName = 200;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        MaxDepth = 8,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false), new DigestText() },
    };

    /// <summary>The document; the same schema always has the same bytes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>What a label is called: its class's name, or the number itself.</summary>
    public string NameOf(int label) => NameOf(Classes, label);

    /// <inheritdoc cref="NameOf(int)"/>
    public static string NameOf(IReadOnlyList<string>? classes, int label) =>
        classes is not null && label >= 0 && label < classes.Count
            ? classes[label] : label.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">The document is no schema, or one that makes no sense.</exception>
    public static DatasetSchema Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes) throw new FormatException($"A schema has at most {MaxBytes} bytes, not {json.Length}.");
        try
        {
            var schema = JsonSerializer.Deserialize<DatasetSchema>(json, Json) ?? throw new JsonException("it says null");
            schema.Require();
            return schema;
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"This is no schema of a dataset: {malformed.Message}", malformed);
        }
    }

    private const int MaxTextBytes = 1 << 16;

    /// <summary>Refuses what no dataset could have.</summary>
    /// <exception cref="FormatException">It says what is wrong.</exception>
    public void Require()
    {
        if (Format != CurrentFormat) throw new FormatException($"The format '{Format}' is not known; '{CurrentFormat}' is expected.");
        if (Classes is not null) RequireNames(Classes, "class");
        if (Columns is { Count: 0 }) throw new FormatException("A table has columns.");
        if (Columns is not null) RequireNames([.. Columns.Select(column => column?.Name!)], "column");
        foreach (var column in Columns ?? []) column.Require();
        if (Picture is { } picture && (picture.Channels < 1 || picture.Height < 1 || picture.Width < 1))
            throw new FormatException("A picture has a size.");
        if (Text is { Bytes: < 1 or > MaxTextBytes }) throw new FormatException($"A text has 1 to {MaxTextBytes} bytes.");
    }

    internal static void RequireNames(IReadOnlyList<string> names, string what)
    {
        foreach (var name in names)
        {
            if (name is null || name.Length > MaxName) throw new FormatException($"The name of a {what} has 1 to {MaxName} characters.");
            PlainText.Name(name);
        }

        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count) throw new FormatException($"Two {what} names are the same.");
    }

    private sealed class DigestText : JsonConverter<Digest>
    {
        public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return Digest.Parse(reader.GetString() ?? throw new JsonException("a digest is expected"));
            }
            catch (Exception malformed) when (malformed.IsUnreadable())
            {
                throw new JsonException("a digest is expected", malformed);
            }
        }

        public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}

/// <summary>What the values of points are between.</summary>
public enum ValueScale
{
    /// <summary>Nothing is known of them.</summary>
    Any,

    /// <summary>Bytes; a model gets byte ÷ 255.</summary>
    Bytes,

    /// <summary>Numbers from 0 to 1.</summary>
    ZeroToOne,

    /// <summary>Whole numbers from 0 to 255.</summary>
    ZeroTo255,
}

/// <summary>Pictures of one form.</summary>
public sealed record SchemaPicture(int Channels, int Height, int Width);

/// <summary>Texts as the bytes of their UTF-8, so many of them, filled up with zeros.</summary>
public sealed record SchemaText(int Bytes);
