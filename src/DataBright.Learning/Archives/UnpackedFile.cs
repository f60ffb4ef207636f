using DataBright.Learning.Files;

namespace DataBright.Learning.Archives;

/// <summary>
/// Reads files, packed with gzip, alone in an archive, or as they are, and says in one clear error what is wrong with one.
/// </summary>
internal static class UnpackedFile
{
    /// <summary>Reads a file; one that gzip packed, or that lies alone in a zip or a tar, is unpacked, whatever its name is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="own">What the right kind of file begins with; nothing where it is a text.</param>
    /// <param name="read">Reads the unpacked content.</param>
    /// <param name="isAnyKind">Whether content of another kind is the reader's to refuse.</param>
    /// <exception cref="MalformedInputException">The file is missing, a folder, cut, damaged or of another kind.</exception>
    public static T Read<T>(string path, ReadOnlySpan<byte> own, Func<Stream, T> read, bool isAnyKind = false)
    {
        if (Only(path) is { } only) return ReadOnly(path, only, own, read, isAnyKind);
        using var file = InputFile.Open(path);
        var head = InputFile.Head(file);
        if (!InputFile.IsGzip(head))
        {
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                throw new MalformedInputException(path,
                    "not packed with gzip, although its name ends in .gz: rename it, or fetch it again");
            if (!isAnyKind) Require(head, own, path);
            return read(new ChainedStream(new MemoryStream(head), file));
        }

        using var unpacked = new GzipReader([new MemoryStream(head), file], path);
        var inner = InputFile.Head(unpacked);
        if (!isAnyKind) Require(inner, own, path);
        return read(new ChainedStream(new MemoryStream(inner), unpacked));
    }

    /// <summary>
    /// The path of the one file in an archive; null where the file is no archive. A tar says only at its end how many there are.
    /// </summary>
    private static string? Only(string path)
    {
        using var archive = Archive.Find(path);
        if (archive is null) return null;
        var (paths, count) = (new List<string>(), 0);
        foreach (var entry in archive.Entries())
            if (++count <= 4) paths.Add(entry.Path);
        if (count == 1) return paths[0];
        var found = count == 0 ? "" : $" ({Excerpt.OfNames([.. paths.Take(3)])}{(count > 3 ? " …" : "")})";
        throw new MalformedInputException(path,
            $"an archive, or a spreadsheet or .npz file, which are such archives, of {count} files{found}; one is expected: unpack it and "
            + "name the file");
    }

    private static T ReadOnly<T>(string path, string only, ReadOnlySpan<byte> own, Func<Stream, T> read, bool isAnyKind)
    {
        using var archive = Archive.Find(path)!;
        foreach (var entry in archive.Entries())
        {
            var place = $"{path}/{only}";
            var head = InputFile.Head(entry.Content);
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
