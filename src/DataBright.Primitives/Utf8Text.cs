using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace DataBright;

/// <summary>
/// The texts that people hand in: UTF-8, with a byte order mark before them or without. Every other byte is refused, because what a decoder
/// puts in its place would be data that nobody wrote.
/// </summary>
public static class Utf8Text
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The bytes after the byte order mark, all where there is none.</summary>
    /// <param name="bytes">A text from its first byte.</param>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark) ? bytes[Mark.Length..] : bytes;

    /// <summary>A text in memory.</summary>
    /// <param name="bytes">The text from its first byte.</param>
    /// <param name="document">What errors call it.</param>
    /// <exception cref="MalformedInputException">It is not UTF-8; the message names the line.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string document)
    {
        var content = WithoutMark(bytes);
        var text = new char[content.Length];
        var status = Utf8.ToUtf16(content, text, out var read, out var written, replaceInvalidSequences: false);
        return status == OperationStatus.Done
            ? new string(text, 0, written)
            : throw new MalformedInputException(document,
                $"line {content[..read].Count((byte)'\n') + 1}: not valid UTF-8; save it as UTF-8");
    }

    /// <summary>A file of text.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedInputException">It is not UTF-8; the message names the line.</exception>
    public static string ReadFile(string path) => Decode(File.ReadAllBytes(path), path);

    /// <summary>
    /// Reads a text as a stream, which stays open; bytes that are not UTF-8 are a <see cref="DecoderFallbackException"/>.
    /// </summary>
    public static StreamReader Reader(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
            detectEncodingFromByteOrderMarks: false, 1 << 14, leaveOpen: true);
}
