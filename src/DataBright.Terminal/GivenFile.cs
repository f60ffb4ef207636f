using DataBright.Learning.Files;

namespace DataBright.Terminal;

/// <summary>
/// Files that the command line names: one clear sentence where one is missing, a folder, not to be read, too long or of another kind.
/// </summary>
public static class GivenFile
{
    /// <exception cref="Failure">It cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.BadInput,
                Directory.Exists(path) ? $"{path} is a folder; a file is expected." : $"{path} may not be read; change its permissions.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Failure(ExitCode.BadInput, $"{path} does not exist.");
        }
    }

    /// <param name="path">The file.</param>
    /// <param name="most">Longer ones are refused.</param>
    /// <param name="what">What it should be, with its article.</param>
    /// <exception cref="Failure">It cannot be read, or has more bytes.</exception>
    public static byte[] ReadBytes(string path, int most, string what)
    {
        using var file = Open(path);
        using var content = new MemoryStream();
        var block = new byte[1 << 16];
        for (int read; content.Length <= most && (read = file.Read(block)) > 0;)
            content.Write(block, 0, read);
        return content.Length <= most ? content.ToArray()
            : throw new Failure(ExitCode.BadInput, $"{path} has more than {most} bytes; {what} has {most} at most.");
    }

    /// <summary>A document in JSON, without a byte order mark.</summary>
    /// <exception cref="Failure">It cannot be read, has more bytes or is another kind of file.</exception>
    public static byte[] ReadJson(string path, int most, string what)
    {
        var content = ReadBytes(path, most, what);
        return FileKind.Describe(content.AsSpan(0, Math.Min(content.Length, FileKind.HeadLength))) is not { } other
            ? Utf8Text.WithoutMark(content).ToArray()
            : throw new Failure(ExitCode.BadInput, $"{path}: {other}; {what} is expected.");
    }

    /// <summary>The bytes of a text, as they are.</summary>
    /// <exception cref="Failure">It cannot be read, has more bytes or is no text.</exception>
    public static byte[] ReadText(string path, int most, string what)
    {
        var content = ReadBytes(path, most, what);
        if (FileKind.Describe(content.AsSpan(0, Math.Min(content.Length, FileKind.HeadLength))) is { } other
            && !other.StartsWith("a web page", StringComparison.Ordinal))
            throw new Failure(ExitCode.BadInput, $"{path}: {other}; {what} is a text.");
        _ = Utf8Text.Decode(content, path);
        return content;
    }
}
