using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Market.Movements;

/// <summary>Writes a kind of movement by its name.</summary>
internal sealed class MovementKindConverter : JsonConverter<MovementKind>
{
    public override MovementKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Kinds of movements are written, not read.");

    public override void Write(Utf8JsonWriter writer, MovementKind value, JsonSerializerOptions options) =>
        writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(value.Name));
}
