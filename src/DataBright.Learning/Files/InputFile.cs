namespace DataBright.Learning.Files;

/// <summary>Opens files as they are, and says in one clear error what is wrong with one.</summary>
internal static class InputFile
{
    /// <summary>More values than this (1 GiB of them) are refused by every reader.</summary>
    public const int MaxValues = 1 << 28;

    /// <summary>The whole content of a file, as it is.</summary>
    /// <exception cref="MalformedInputException">The file is missing or a folder.</exception>
    public static async Task<byte[]> BytesAsync(string path, CancellationToken stop)
    {
        Open(path).Dispose();
        return await File.ReadAllBytesAsync(path, stop);
    }

    /// <summary>The rest of a stream; memory is taken for what is really there.</summary>
    public static byte[] ReadAll(Stream stream, string document, int maxBytes)
    {
        using var content = new MemoryStream();
        var block = new byte[1 << 16];
        for (int read; (read = stream.Read(block)) > 0;)
        {
            if (content.Length + read > maxBytes) throw new MalformedInputException(document, $"more than the {maxBytes} bytes allowed");
            content.Write(block, 0, read);
        }

        return content.ToArray();
    }

    /// <summary>Fills a buffer, or says that the file ends too early.</summary>
    public static void Fill(Stream stream, Span<byte> buffer, string document, string what)
    {
        var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (read < buffer.Length)
            throw new MalformedInputException(document, $"truncated: {what} needs {buffer.Length} more bytes and {read} are there");
    }

    public static bool IsGzip(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MalformedInputException(path, "the file does not exist", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new MalformedInputException(path,
                Directory.Exists(path) ? "a folder; a file is expected" : "the file may not be read", fault);
        }
    }

    public static byte[] Head(Stream stream)
    {
        var head = new byte[FileKind.HeadLength];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }
}
