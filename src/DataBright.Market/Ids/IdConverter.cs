using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Market;

internal sealed class IdConverter<T> : JsonConverter<T> where T : struct, ILedgerId<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.From(reader.GetUInt64());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
