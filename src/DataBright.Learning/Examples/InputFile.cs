using DataBright.Learning.Archives;

namespace DataBright.Learning.Examples;

/// <summary>Opens files, packed with gzip, alone in an archive, or as they are, and says in one clear error what is wrong with one.</summary>
internal static class InputFile
{
    /// <summary>More values than this (1 GiB of them) are refused by every reader.</summary>
    public const int MaxValues = 1 << 28;

    /// <summary>Reads a file; one that gzip packed, or that lies alone in a zip or a tar, is unpacked, whatever its name is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="own">What the right kind of file begins with; nothing where it is a text.</param>
    /// <param name="read">Reads the unpacked content.</param>
    /// <param name="isAnyKind">Whether content of another kind is the reader's to refuse.</param>
    /// <exception cref="MalformedInputException">The file is missing, a folder, cut, damaged or of another kind.</exception>
    public static T Read<T>(string path, ReadOnlySpan<byte> own, Func<Stream, T> read, bool isAnyKind = false)
    {
        if (Only(path) is { } only) return ReadOnly(path, only, own, read, isAnyKind);
        using var file = Open(path);
        var head = Head(file);
        if (!IsGzip(head))
        {
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) throw new MalformedInputException(path, "not packed with gzip, although its name ends in .gz: rename it, or fetch it again");
            if (!isAnyKind) Require(head, own, path);
            return read(new ChainedStream(new MemoryStream(head), file));
        }

        using var unpacked = new GzipReader([new MemoryStream(head), file], path);
        var inner = Head(unpacked);
        if (!isAnyKind) Require(inner, own, path);
        return read(new ChainedStream(new MemoryStream(inner), unpacked));
    }

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
        if (read < buffer.Length) throw new MalformedInputException(document, $"truncated: {what} needs {buffer.Length} more bytes and {read} are there");
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
            throw new MalformedInputException(path, Directory.Exists(path) ? "a folder; a file is expected" : "the file may not be read", fault);
        }
    }

    public static byte[] Head(Stream stream)
    {
        var head = new byte[FileKind.HeadLength];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    /// <summary>The path of the one file in an archive; null where the file is no archive. A tar says only at its end how many there are.</summary>
    private static string? Only(string path)
    {
        using var archive = Archive.Find(path);
        if (archive is null) return null;
        var (paths, count) = (new List<string>(), 0);
        foreach (var entry in archive.Entries())
            if (++count <= 4) paths.Add(entry.Path);
        if (count == 1) return paths[0];
        var found = count == 0 ? "" : $" ({Excerpt.OfNames([.. paths.Take(3)])}{(count > 3 ? " …" : "")})";
        throw new MalformedInputException(path, $"an archive, or a spreadsheet or .npz file, which are such archives, of {count} files{found}; one is expected: unpack it and name the file");
    }

    private static T ReadOnly<T>(string path, string only, ReadOnlySpan<byte> own, Func<Stream, T> read, bool isAnyKind)
    {
        using var archive = Archive.Find(path)!;
        foreach (var entry in archive.Entries())
        {
            var place = $"{path}/{only}";
            var head = Head(entry.Content);
            if (!isAnyKind) Require(head, own, place);
            return read(new ChainedStream(new MemoryStream(head), entry.Content));
        }

        throw new MalformedInputException(path, "the archive was changed while it was read");
    }

    /// <summary>A file that begins as it should is left to its reader; another may be of a kind that is known.</summary>
    private static void Require(ReadOnlySpan<byte> head, ReadOnlySpan<byte> own, string path)
    {
        if ((own.IsEmpty || !head.StartsWith(own)) && FileKind.Describe(head) is { } other) throw new MalformedInputException(path, other);
    }
}
