using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace DataBright.Learning.Checkpoints;

/// <summary>
/// The safetensors format: 8 bytes header length (little-endian), a JSON header, then the raw values. Reading is strict and
/// executes nothing: the header is bounded, starts with '{', has no key twice; the tensors cover the data without a hole,
/// an overlap or a trailing byte. (https://github.com/huggingface/safetensors, "Format".)
/// </summary>
internal static class Safetensors
{
    private const int MaxHeader = 100_000_000;
    private const string Metadata = "__metadata__";
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowDuplicateProperties = false };
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public sealed record Content(IReadOnlyList<Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

    private readonly record struct Entry(string Name, int[] Shape, long Begin, long End);

    public static byte[] Write(IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Values are written in the machine's byte order, which must be little-endian.");
        var header = Header(tensors, metadata);
        // The header is filled up with spaces so that the values start at a multiple of eight bytes.
        var padded = (header.Length + 7) & ~7;
        var file = new byte[8 + padded + tensors.Sum(tensor => 4L * tensor.Values.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(file, padded);
        header.CopyTo(file, 8);
        file.AsSpan(8 + header.Length, padded - header.Length).Fill((byte)' ');
        var offset = 8 + padded;
        foreach (var tensor in tensors)
        {
            tensor.Bytes.CopyTo(file.AsSpan(offset));
            offset += tensor.Bytes.Length;
        }

        return file;
    }

    public static Content Read(ReadOnlySpan<byte> file, string document)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Values are read in the machine's byte order, which must be little-endian.");
        if (file.Length < 8) throw new MalformedInputException(document, $"{file.Length} bytes are too few for a safetensors file");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length > MaxHeader)
            throw new MalformedInputException(document, $"a header of {length} bytes is more than the {MaxHeader} allowed");
        if (length > (ulong)(file.Length - 8))
            throw new MalformedInputException(document,
                $"truncated: a header of {length} bytes is announced and {file.Length - 8} bytes follow");
        var header = file.Slice(8, (int)length);
        var data = file[(8 + (int)length)..];
        if (header.IsEmpty || header[0] != (byte)'{') throw new MalformedInputException(document, "the header must start with '{'");

        var (entries, metadata) = ReadHeader(header, document);
        var tensors = new List<Tensor>(entries.Count);
        var expected = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != expected)
                throw new MalformedInputException(document,
                    $"tensor '{entry.Name}' starts at byte {entry.Begin}; {expected} is expected (no hole, no overlap)");
            if (entry.End > data.Length)
                throw new MalformedInputException(document, $"truncated: tensor '{entry.Name}' ends at byte {entry.End} of {data.Length}");
            expected = entry.End;
            var values = new float[(entry.End - entry.Begin) / 4];
            data[(int)entry.Begin..(int)entry.End].CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
            tensors.Add(new Tensor(entry.Name, entry.Shape, values));
        }

        if (expected != data.Length) throw new MalformedInputException(document, $"{data.Length - expected} bytes follow the last tensor");
        return new Content(tensors, metadata);
    }

    private static byte[] Header(IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject(Metadata);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += 4L * tensor.Values.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static (List<Entry>, Dictionary<string, string>) ReadHeader(ReadOnlySpan<byte> header, string document)
    {
        using var json = ParseHeader(header, document);
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (property.Name != Metadata)
            {
                entries.Add(ReadEntry(property.Name, property.Value, document));
                continue;
            }

            if (property.Value.ValueKind != JsonValueKind.Object)
                throw new MalformedInputException(document, $"'{Metadata}' must be an object of strings");
            foreach (var pair in property.Value.EnumerateObject())
                metadata[pair.Name] = pair.Value.ValueKind == JsonValueKind.String
                    ? pair.Value.GetString()!
                    : throw new MalformedInputException(document, $"'{Metadata}': '{pair.Name}' must be a string");
        }

        return (entries, metadata);
    }

    private static JsonDocument ParseHeader(ReadOnlySpan<byte> header, string document)
    {
        try
        {
            return JsonDocument.Parse(StrictUtf8.GetString(header), Options);
        }
        catch (Exception fault) when (fault is JsonException or DecoderFallbackException)
        {
            throw new MalformedInputException(document, $"the header is not valid JSON ({fault.Message})", fault);
        }
    }

    private static Entry ReadEntry(string name, JsonElement value, string document)
    {
        var entry = new StrictJson(value, document, $"tensor '{name}'");
        entry.AllowOnly("dtype", "shape", "data_offsets");
        if (entry.Text("dtype") is var type && type != "F32") throw entry.Malformed($"dtype {type} is not supported; F32 is");
        var shape = entry.Array("shape").Select(item => item.Integer()).ToArray();
        var offsets = entry.Array("data_offsets").Select(item => (long)item.Integer()).ToArray();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
            throw entry.Malformed("data_offsets must be [begin, end] with 0 ≤ begin ≤ end");
        if (shape.Length > 8 || shape.Any(dimension => dimension < 0))
            throw entry.Malformed("the shape must be at most 8 dimensions, none negative");
        var bytes = shape.Aggregate((Int128)4, (product, dimension) => product > int.MaxValue ? product : product * dimension);
        if (shape.Contains(0)) bytes = 0;
        if (bytes != offsets[1] - offsets[0])
            throw entry.Malformed(
                $"shape [{string.Join(", ", shape)}] needs {bytes} bytes and data_offsets give {offsets[1] - offsets[0]}");
        return new Entry(name, shape, offsets[0], offsets[1]);
    }
}
