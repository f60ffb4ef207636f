using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright;

/// <summary>Writes a value as the string that <see cref="object.ToString"/> gives and reads it back with its own parser.</summary>
public sealed class ParsableJsonConverter<T> : JsonConverter<T> where T : struct, IParsable<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parsed(reader.TokenType == JsonTokenType.String ? reader.GetString()! : "");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parsed(reader.GetString()!);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);

    private static T Parsed(string text)
    {
        try
        {
            return T.Parse(text, null);
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            throw new JsonException(fault.Message, fault);
        }
    }
}
