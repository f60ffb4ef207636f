using System.Buffers.Binary;

namespace DataBright.Cli.Datasets;

/// <summary>
/// Sees that a JPEG or a WebP picture is there from its first byte to its last: decoders fill what is missing with grey and say nothing.
/// </summary>
internal static class PictureWhole
{
    private const byte EndOfImage = 0xD9, StartOfScan = 0xDA;

    public static bool IsJpeg(ReadOnlySpan<byte> content) => content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    public static bool IsWebP(ReadOnlySpan<byte> content) =>
        content.Length >= 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBP"u8);

    /// <exception cref="MalformedInputException">It is cut, or there is more than one picture in it.</exception>
    public static void Require(ReadOnlySpan<byte> content, string path)
    {
        if (IsJpeg(content)) RequireJpeg(content, path);
        else RequireWebP(content, path);
    }

    /// <summary>Segments have their lengths; what is packed ends at the next marker, and the last marker is the end of the image.</summary>
    private static void RequireJpeg(ReadOnlySpan<byte> content, string path)
    {
        var at = 2;
        while (at + 1 < content.Length)
        {
            if (content[at] != 0xFF)
                throw new MalformedInputException(path,
                    $"at byte {at} of the JPEG picture a marker is expected: it is damaged, fetch it again");
            var marker = content[at + 1];
            if (marker == EndOfImage) return;
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (at + 4 > content.Length) break;
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(content[(at + 2)..]);
            if (marker == StartOfScan) at = NextMarker(content, at);
        }

        throw CutOff(path);
    }

    /// <summary>Zeros after FF are part of what is packed, and the eight restarts stand within it.</summary>
    private static int NextMarker(ReadOnlySpan<byte> content, int at)
    {
        while (at + 1 < content.Length && (content[at] != 0xFF || content[at + 1] is 0 or 0xFF or >= 0xD0 and <= 0xD7)) at++;
        return at;
    }

    /// <summary>The file says its length at its start, and each of its chunks does.</summary>
    private static void RequireWebP(ReadOnlySpan<byte> content, string path)
    {
        var length = 8L + BinaryPrimitives.ReadUInt32LittleEndian(content[4..]);
        if (length > content.Length) throw CutOff(path);
        if (length < content.Length) throw new MalformedInputException(path, $"{content.Length - length} bytes follow the picture");
        for (var at = 12L; at < length;)
        {
            if (at + 8 > length) throw CutOff(path);
            if (content[(int)at..].StartsWith("ANIM"u8))
                throw new MalformedInputException(path, "a picture that moves; save the one that is meant");
            var size = BinaryPrimitives.ReadUInt32LittleEndian(content[(int)(at + 4)..]);
            at += 8L + size + size % 2;
            if (at > length) throw CutOff(path);
        }
    }

    private static MalformedInputException CutOff(string path) => new(path, "the picture ends too early: fetch it again");
}
