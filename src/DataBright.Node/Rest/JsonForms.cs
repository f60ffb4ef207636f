using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using DataBright.Node.Web;
using DataBright.Storage;

namespace DataBright.Node.Rest;

/// <summary>How facts are written in JSON: amounts and hashes as text, times in ISO 8601, words of a closed list in camel case.</summary>
internal static class JsonForms
{
    public static void Apply(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.Converters.Add(new CidConverter());
        options.Converters.Add(new DurationConverter());
        options.Converters.Add(new TimeConverter());
    }

    private sealed class CidConverter : JsonConverter<Cid>
    {
        public override Cid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Cid.Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, Cid value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    /// <summary>The chain's clock ticks in seconds, so finer parts would say nothing.</summary>
    private sealed class TimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Wording.Machine(value));
    }

    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => XmlConvert.ToTimeSpan(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(XmlConvert.ToString(value));
    }
}
