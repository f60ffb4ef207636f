using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DataBright.Learning.Examples;

/// <summary>
/// One array of an NPY file (numpy.lib.format, versions 1.0 to 3.0) in C order, as binary32 values. Read as a stream: whole numbers and binary64 are rounded
/// to the nearest. Nothing in the header is executed: of Python's literals it may hold the one dictionary that NumPy writes.
/// </summary>
/// <param name="Shape">The dimensions; none for a single value.</param>
/// <param name="Type">The kind and bytes of the stored values, for example <c>f4</c>, <c>i8</c>, <c>b1</c>.</param>
/// <param name="Values">The values, the last dimension running fastest.</param>
public sealed partial record NpyArray(IReadOnlyList<int> Shape, string Type, float[] Values)
{
    private const int MaxHeader = 1 << 16;
    private const int MaxDimensions = 32;

    /// <summary>True when the stored values were whole numbers.</summary>
    public bool IsInteger => Type[0] is 'i' or 'u' or 'b';

    /// <summary>Reads a file.</summary>
    /// <exception cref="MalformedInputException">The file is missing or not what it should be.</exception>
    public static NpyArray Read(string path) => InputFile.Read(path, stream => Parse(stream, path));

    /// <summary>Reads a stream to its end; <paramref name="document"/> serves the error messages.</summary>
    /// <exception cref="MalformedInputException">The content is not what it should be.</exception>
    public static NpyArray Parse(Stream content, string document)
    {
        var (text, what) = (Header(content, document), "header");
        var match = Dictionary().Match(text);
        if (!match.Success) throw new MalformedInputException(document, $"the {what} is not one that NumPy writes: {ClassNames.Shown(text.Trim())}");
        if (match.Groups["order"].Value == "True") throw new MalformedInputException(document, "the array is in Fortran order; save it with numpy.ascontiguousarray");
        var (isBig, type) = TypeOf(match.Groups["descr"].Value, document);
        var shape = ShapeOf(match.Groups["shape"].Value, document);
        var count = shape.Contains(0) ? 0 : shape.Aggregate((Int128)1, (product, dimension) => product > InputFile.MaxValues ? product : product * dimension);
        if (count > InputFile.MaxValues) throw new MalformedInputException(document, $"shape ({string.Join(", ", shape)}) has more than {InputFile.MaxValues} values");
        var values = ReadValues(content, (int)count, isBig, type, document);
        if (content.ReadByte() >= 0) throw new MalformedInputException(document, $"bytes follow the {count} values that the header announces");
        return new NpyArray(shape, type, values);
    }

    private static string Header(Stream content, string document)
    {
        Span<byte> start = stackalloc byte[12];
        InputFile.Fill(content, start[..8], document, "the start of an NPY file");
        if (start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8)) throw new MalformedInputException(document, "not an NPY file: it does not start with \\x93NUMPY");
        if (start[6] is < 1 or > 3 || start[7] != 0) throw new MalformedInputException(document, $"version {start[6]}.{start[7]} is not known; 1.0 to 3.0 are");
        var size = start[6] == 1 ? 2 : 4;
        InputFile.Fill(content, start.Slice(8, size), document, "the header's length");
        var length = size == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > MaxHeader) throw new MalformedInputException(document, $"a header of {length} bytes is more than the {MaxHeader} allowed");
        var header = new byte[length];
        InputFile.Fill(content, header, document, "the header");
        if (length == 0 || header[^1] != '\n') throw new MalformedInputException(document, "the header does not end with a line feed");
        if (header.AsSpan().ContainsAnyExceptInRange((byte)0x0A, (byte)0x7E)) throw new MalformedInputException(document, "the header is not plain text");
        return Encoding.ASCII.GetString(header);
    }

    private static (bool IsBig, string Type) TypeOf(string descr, string document)
    {
        var (order, type) = (descr[0], descr[1..]);
        if (type is not ("f2" or "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8" or "b1"))
            throw new MalformedInputException(document, $"values of type '{ClassNames.Shown(descr)}' are not supported; numbers of 8 to 64 bits and booleans are");
        if (order == '|' && type[1] != '1') throw new MalformedInputException(document, $"type '{descr}' does not say the order of its bytes");
        return (order == '>', type);
    }

    private static int[] ShapeOf(string text, string document)
    {
        var shape = new List<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            shape.Add(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var dimension) ? dimension : throw new MalformedInputException(document, $"dimension '{ClassNames.Shown(part)}' is not a whole number below 2^31"));
        return shape.Count <= MaxDimensions ? [.. shape] : throw new MalformedInputException(document, $"{shape.Count} dimensions are more than {MaxDimensions}");
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

    [GeneratedRegex(@"\A\{'descr': '(?<descr>[<>|][a-zA-Z][0-9]+)', 'fortran_order': (?<order>True|False), 'shape': \((?<shape>(?:[0-9]+,|[0-9]+(?:, [0-9]+)+)?)\),? ?\} *\n\z", RegexOptions.CultureInvariant)]
    private static partial Regex Dictionary();
}
