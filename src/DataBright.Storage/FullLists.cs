using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataBright.Storage;

/// <summary>Nothing in a list may be null: what is declared of a list's elements, the serializer itself does not check.</summary>
internal sealed class FullLists : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            && typeToConvert.GenericTypeArguments[0].IsClass;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(ListOf<>).MakeGenericType(typeToConvert.GenericTypeArguments[0]))!;

    private sealed class ListOf<T> : JsonConverter<IReadOnlyList<T>> where T : class
    {
        public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var items = JsonSerializer.Deserialize<T?[]>(ref reader, options) ?? throw new JsonException("a list is expected");
            return Array.TrueForAll(items, item => item is not null)
                ? (T[])items! : throw new JsonException($"null is no {typeof(T).Name}");
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value) JsonSerializer.Serialize(writer, item, options);
            writer.WriteEndArray();
        }
    }
}
