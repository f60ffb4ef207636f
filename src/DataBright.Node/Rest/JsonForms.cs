using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using DataBright.Market.Storage;

namespace DataBright.Node.Rest;

/// <summary>How facts are written in JSON: amounts and hashes as text, times in ISO 8601, words of a closed list in camel case.</summary>
internal static class JsonForms
{
    public static void Apply(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.Converters.Add(new CidConverter());
        options.Converters.Add(new DurationConverter());
    }

    private sealed class CidConverter : JsonConverter<Cid>
    {
        public override Cid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Cid.Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, Cid value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => XmlConvert.ToTimeSpan(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(XmlConvert.ToString(value));
    }
}
