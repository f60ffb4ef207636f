using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Learning.Networks;

/// <summary>An architecture is written as its own canonical document, inside the document it is part of.</summary>
internal sealed class ArchitectureConverter : JsonConverter<Architecture>
{
    public override Architecture Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return Architecture.Parse(document.RootElement.GetRawText());
        }
        catch (MalformedInputException fault)
        {
            throw new JsonException(fault.Message, fault);
        }
    }

    public override void Write(Utf8JsonWriter writer, Architecture value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToJson(), skipInputValidation: true);
}
