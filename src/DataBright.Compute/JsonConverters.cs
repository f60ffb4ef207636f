using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Learning.Networks;
using DataBright.Market.Storage;

namespace DataBright.Compute;

/// <summary>How the values of other projects are written in this one's documents.</summary>
internal static class JsonConverters
{
    public static IReadOnlyList<JsonConverter> All { get; } =
    [
        new AsText<Digest>(Digest.Parse),
        new AsText<Cid>(Cid.Parse),
        new AsText<TaskKey>(TaskKey.Parse),
        new AsText<LeaseId>(LeaseId.Parse),
        new AsText<SeatKey>(SeatKey.Parse),
        new AsText<Signature>(Signature.Parse),
        new AsText<PublicKey>(PublicKey.Parse),
        new ArchitectureConverter(),
        new Lists(),
    ];

    private sealed class AsText<T>(Func<string, T> parse) : JsonConverter<T> where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) throw new JsonException($"a {typeof(T).Name} is expected as text");
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

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader, typeToConvert, options);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString()!);
    }

    /// <summary>Nothing in a list may be null: what is declared of a list's elements, the serializer itself does not check.</summary>
    private sealed class Lists : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && typeToConvert.GenericTypeArguments[0].IsClass;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(ListOf<>).MakeGenericType(typeToConvert.GenericTypeArguments[0]))!;
    }

    private sealed class ListOf<T> : JsonConverter<IReadOnlyList<T>> where T : class
    {
        public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var items = JsonSerializer.Deserialize<T?[]>(ref reader, options) ?? throw new JsonException("a list is expected");
            return Array.TrueForAll(items, item => item is not null) ? (T[])items! : throw new JsonException($"null is no {typeof(T).Name}");
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value) JsonSerializer.Serialize(writer, item, options);
            writer.WriteEndArray();
        }
    }

    /// <summary>An architecture is written as its own canonical document, inside the document it is part of.</summary>
    private sealed class ArchitectureConverter : JsonConverter<Architecture>
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
}
