using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Storage;

/// <summary>A value is written as its text, as a property's name too.</summary>
/// <param name="parse">Reads what <see cref="object.ToString"/> writes; throws where a text is none.</param>
public class TextConverter<T>(Func<string, T> parse) : JsonConverter<T> where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            throw new JsonException($"a {typeof(T).Name} is expected as text");
        try
        {
            return parse(reader.GetString()!);
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            throw new JsonException(fault.Message, fault);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString()!);

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);
}
