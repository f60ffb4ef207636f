using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Node.Rest;

/// <summary>A part of one as a decimal number.</summary>
internal sealed class FractionConverter : JsonConverter<Fraction>
{
    public override Fraction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new((long)(Math.Clamp(reader.GetDecimal(), -1_000_000m, 1_000_000m) * Fraction.One));

    public override void Write(Utf8JsonWriter writer, Fraction value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.PartsPerMillion / (decimal)Fraction.One);
}
