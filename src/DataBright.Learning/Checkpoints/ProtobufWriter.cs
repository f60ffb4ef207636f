using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DataBright.Learning.Checkpoints;

/// <summary>
/// The wire format of Protocol Buffers, as far as ONNX needs it: fields of varints, 32-bit floats and bytes. (protobuf.dev, "Encoding".)
/// </summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _content = new();

    public ProtobufWriter Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtobufWriter Float(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _content.Write(bytes);
        return this;
    }

    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _content.Write(value);
        return this;
    }

    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufWriter Message(int field, ProtobufWriter message) => Bytes(field, message._content.WrittenSpan);

    /// <summary>Repeated numbers in one field.</summary>
    public ProtobufWriter Packed(int field, IEnumerable<long> values)
    {
        var numbers = new ProtobufWriter();
        foreach (var value in values) numbers.Varint((ulong)value);
        return Message(field, numbers);
    }

    public byte[] ToArray() => _content.WrittenSpan.ToArray();

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _content.Write([(byte)(value | 0x80)]);
        _content.Write([(byte)value]);
    }
}
