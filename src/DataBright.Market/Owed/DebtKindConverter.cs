using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Market.Owed;

/// <summary>Writes a kind of debt by its name.</summary>
internal sealed class DebtKindConverter : JsonConverter<DebtKind>
{
    public override DebtKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Kinds of debts are written, not read.");

    public override void Write(Utf8JsonWriter writer, DebtKind value, JsonSerializerOptions options) =>
        writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(value.Name));
}
