using System.Buffers.Binary;
using System.Text;
using DataBright.Learning.Archives;
using DataBright.Learning.Files;

namespace DataBright.Learning.Examples;

/// <summary>The chunks of a PNG file that pixels depend on, in the order and with the checksums that the standard demands.</summary>
internal sealed class PngChunks
{
    private readonly List<byte> _data = [];

    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private PngChunks()
    {
    }

    public byte[] Header { get; private set; } = [];

    public byte[]? Palette { get; private set; }

    public byte[]? Transparency { get; private set; }

    /// <summary>The packed pixels of all data chunks.</summary>
    public byte[] Data { get; private set; } = [];

    public static PngChunks Read(ReadOnlySpan<byte> file, string document)
    {
        if (!file.StartsWith(Signature)) throw new MalformedInputException(document, NotPng(file));
        var chunks = new PngChunks();
        var (last, at) = ("", Signature.Length);
        while (last != "IEND")
        {
            if (file.Length - at < 12)
                throw new MalformedInputException(document, $"truncated: a chunk has at least 12 bytes and {file.Length - at} are left");
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12)
                throw new MalformedInputException(document, $"truncated: a chunk of {length} bytes and {file.Length - at - 12} are left");
            var checkedPart = file.Slice(at + 4, 4 + (int)length);
            var type = Encoding.Latin1.GetString(checkedPart[..4]);
            if (!type.All(char.IsAsciiLetter)) throw new MalformedInputException(document, $"at byte {at} there is no chunk");
            if (Checksum(checkedPart) != BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + (int)length)..]))
                throw new MalformedInputException(document, $"chunk '{type}' at byte {at} is damaged: its checksum is another");
            if (type == "CgBI")
                throw new MalformedInputException(document,
                    "a PNG of Apple's own kind, as made for iOS apps, which other programs do not read: convert it back with pngcrush "
                    + "-revert-iphone-optimizations");
            if ((last.Length == 0) != (type == "IHDR")) throw Misplaced(type, document);
            chunks.Add(type, checkedPart[4..], last, document);
            (last, at) = (type, at + 12 + (int)length);
        }

        if (at != file.Length) throw new MalformedInputException(document, $"{file.Length - at} bytes follow the end chunk");
        if (chunks._data.Count == 0) throw new MalformedInputException(document, "there are no pixels");
        chunks.Data = [.. chunks._data];
        return chunks;
    }

    private void Add(string type, ReadOnlySpan<byte> body, string last, string document)
    {
        switch (type)
        {
            case "IHDR":
                Header = body.ToArray();
                break;
            case "PLTE":
                Palette = Palette is null && Transparency is null && _data.Count == 0 ? body.ToArray() : throw Misplaced(type, document);
                break;
            case "tRNS":
                Transparency = Transparency is null && _data.Count == 0 ? body.ToArray() : throw Misplaced(type, document);
                break;
            case "IDAT":
                if (_data.Count > 0 && last != type) throw Misplaced(type, document);
                _data.AddRange(body);
                break;
            case "IEND":
                if (!body.IsEmpty) throw new MalformedInputException(document, "the end chunk is not empty");
                break;
            default:
                if (char.IsAsciiLetterUpper(type[0]))
                    throw new MalformedInputException(document, $"chunk '{type}' is needed to understand the image and not known");
                break;
        }
    }

    /// <summary>A PNG that was sent as a text has lost bytes that nobody can put back.</summary>
    private static string NotPng(ReadOnlySpan<byte> file)
    {
        if (FileKind.Describe(file[..Math.Min(file.Length, FileKind.HeadLength)]) is { } other && !other.Contains("PNG")) return other;
        return file.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG"u8]) || file.StartsWith((ReadOnlySpan<byte>)[0x09, .. "PNG"u8])
            ? "a PNG whose line ends or bytes were changed on the way, as when it is sent as a text: fetch it again"
            : "not a PNG file: its first eight bytes are others";
    }

    private static MalformedInputException Misplaced(string type, string document) =>
        new(document, $"chunk '{type}' is misplaced or there twice");

    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        crc.Add(bytes);
        return crc.Value;
    }
}
