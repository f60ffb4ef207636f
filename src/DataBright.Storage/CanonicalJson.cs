using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Storage;

/// <summary>
/// One way to write documents, messages and saved state: properties in the order of their declaration, no white space,
/// nothing unknown, nothing missing, nothing twice. The same value always has the same bytes, so that it can be hashed and signed.
/// </summary>
/// <remarks>A type from above this project names its converter itself.</remarks>
public static class CanonicalJson
{
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static string WriteText<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="JsonException">The bytes are not the JSON of a <typeparamref name="T"/>.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json) where T : class =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("null is not expected here");

    /// <inheritdoc cref="Read{T}(ReadOnlySpan{byte})"/>
    public static T Read<T>(string json) where T : class =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("null is not expected here");

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            IgnoreReadOnlyProperties = true,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            AllowDuplicateProperties = false,
            MaxDepth = 24,
            Converters =
            {
                new TextConverter<Digest>(Digest.Parse),
                new TextConverter<Cid>(Cid.Parse),
                new TextConverter<Signature>(Signature.Parse),
                new TextConverter<PublicKey>(PublicKey.Parse),
                new FullLists(),
                new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
