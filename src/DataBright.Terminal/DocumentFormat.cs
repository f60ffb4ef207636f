using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Terminal;

/// <summary>How documents are written with --json: names in camel case, hashes, addresses and amounts as text.</summary>
public static class DocumentFormat
{
    private static readonly JsonSerializerOptions Line =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            new AsText<Digest>(), new AsText<Cid>(), new AsText<PublicKey>(), new AsText<TaskKey>(), new AsText<LeaseId>(),
        },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Write(object document) => JsonSerializer.Serialize(document, Options);

    /// <summary>A document of texts on one line, its names as they are.</summary>
    public static string WriteLine(object document) => JsonSerializer.Serialize(document, Line);

    private sealed class AsText<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value!.ToString());
    }
}
