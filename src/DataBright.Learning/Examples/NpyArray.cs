using System.Buffers.Binary;
using DataBright.Learning.Archives;
using DataBright.Learning.Files;

namespace DataBright.Learning.Examples;

/// <summary>
/// One array of an NPY file (numpy.lib.format, versions 1.0 to 3.0), stored in C or Fortran order, as binary32 values. Read as a stream:
/// whole numbers and binary64 are rounded to the nearest.
/// </summary>
/// <param name="Shape">The dimensions; none for a single value.</param>
/// <param name="Type">The kind and bytes of the stored values, for example <c>f4</c>, <c>i8</c>, <c>b1</c>.</param>
/// <param name="Values">The values, the last dimension running fastest.</param>
public sealed record NpyArray(IReadOnlyList<int> Shape, string Type, float[] Values)
{
    /// <summary>True when the stored values were whole numbers.</summary>
    public bool IsInteger => Type[0] is 'i' or 'u' or 'b';

    /// <summary>Reads a file.</summary>
    /// <exception cref="MalformedInputException">The file is missing or not what it should be.</exception>
    public static NpyArray Read(string path) => UnpackedFile.Read(path, [0x93, .. "NUMPY"u8], stream => Parse(stream, path));

    /// <summary>Reads a stream to its end; <paramref name="document"/> serves the error messages.</summary>
    /// <exception cref="MalformedInputException">The content is not what it should be.</exception>
    public static NpyArray Parse(Stream content, string document)
    {
        var header = NpyHeader.Read(content, document);
        var (isBig, type) = TypeOf(header.Descr, document);
        var shape = header.Shape;
        var count = shape.Contains(0) ? 0
            : shape.Aggregate((Int128)1, (product, dimension) => product > InputFile.MaxValues ? product : product * dimension);
        if (count > InputFile.MaxValues)
            throw new MalformedInputException(document, $"shape ({string.Join(", ", shape)}) has more than {InputFile.MaxValues} values");
        var values = ReadValues(content, (int)count, isBig, type, document);
        if (content.ReadByte() >= 0)
            throw new MalformedInputException(document, $"bytes follow the {count} values that the header announces");
        return new NpyArray(shape, type, header.IsFortran && shape.Count > 1 ? FirstRunsLast(values, shape) : values);
    }

    /// <summary>Values of which the first dimension runs fastest, as values of which the last one does.</summary>
    private static float[] FirstRunsLast(float[] values, IReadOnlyList<int> shape)
    {
        var turned = new float[values.Length];
        var steps = new int[shape.Count];
        for (int d = 0, step = 1; d < steps.Length; step *= shape[d++]) steps[d] = step;
        var place = new int[shape.Count];
        for (int i = 0, at = 0; i < values.Length; i++)
        {
            turned[i] = values[at];
            for (var d = shape.Count - 1; d >= 0; d--)
            {
                at += steps[d];
                if (++place[d] < shape[d]) break;
                at -= steps[d] * place[d];
                place[d] = 0;
            }
        }

        return turned;
    }

    private static (bool IsBig, string Type) TypeOf(string descr, string document)
    {
        var (order, type) = descr is ['<' or '>' or '=' or '|', ..] ? (descr[0], descr[1..]) : (' ', descr);
        if (order == ' ' || type is not ("f2" or "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8" or "b1"))
            throw new MalformedInputException(document,
                $"values of type '{Excerpt.Of(descr)}' are not supported; numbers of 8 to 64 bits and booleans are");
        if (order == '|' && type[1] != '1')
            throw new MalformedInputException(document, $"type '{descr}' does not say the order of its bytes");
        return (order == '>', type);
    }

    private static float[] ReadValues(Stream content, int count, bool isBig, string type, string document)
    {
        const int Block = 1 << 13;
        var size = type[1] - '0';
        // The array grows with what is really there: an announced length alone takes no memory.
        var values = new List<float>(Math.Min(count, 1 << 20));
        var buffer = new byte[Block * size];
        for (var first = 0; first < count; first += Block)
        {
            var block = buffer.AsSpan(0, Math.Min(Block, count - first) * size);
            InputFile.Fill(content, block, document, $"the array, from value {first} of {count} on,");
            for (var i = 0; i < block.Length; i += size)
            {
                var bytes = block.Slice(i, size);
                if (isBig) bytes.Reverse();
                values.Add(Value(type, bytes, document));
            }
        }

        return [.. values];
    }

    private static float Value(string type, ReadOnlySpan<byte> bytes, string document) => type switch
    {
        "f2" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        "f4" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "f8" => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        "i1" => (sbyte)bytes[0],
        "i2" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        "i4" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "i8" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        "u1" => bytes[0],
        "u2" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        "u4" => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        "u8" => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => bytes[0] <= 1 ? bytes[0] : throw new MalformedInputException(document, $"a boolean of {bytes[0]}"),
    };
}
