using System.IO.Compression;
using System.Text;

namespace DataBright.Learning.Examples;

/// <summary>Opens files, packed with gzip where the name ends in .gz, and says in one clear error what is wrong with one.</summary>
internal static class InputFile
{
    /// <summary>More values than this (1 GiB of them) are refused by every reader.</summary>
    public const int MaxValues = 1 << 28;

    public static T Read<T>(string path, Func<Stream, T> read)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            return read(content);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MalformedInputException(path, "the file does not exist", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new MalformedInputException(path, "the file may not be read", fault);
        }
        catch (InvalidDataException fault)
        {
            throw new MalformedInputException(path, $"not a gzip file ({fault.Message})", fault);
        }
    }

    /// <summary>Reads text in UTF-8; anything else is a <see cref="DecoderFallbackException"/>.</summary>
    public static StreamReader Utf8(Stream stream) => new(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, 1 << 14, leaveOpen: true);

    /// <summary>Fills a buffer, or says that the file ends too early.</summary>
    public static void Fill(Stream stream, Span<byte> buffer, string document, string what)
    {
        var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (read < buffer.Length) throw new MalformedInputException(document, $"truncated: {what} needs {buffer.Length} more bytes and {read} are there");
    }
}
