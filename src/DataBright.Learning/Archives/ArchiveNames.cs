namespace DataBright.Learning.Archives;

/// <summary>The paths of an archive: each stays inside of the folder that it would be unpacked to, and is there once.</summary>
internal sealed class ArchiveNames(string document, ArchiveLimits limits)
{
    private static readonly string[] Archives = [".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".7z", ".rar"];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private int _entries;

    /// <summary>The folders there are, named or implied.</summary>
    public IEnumerable<string> Folders => _folders;

    /// <summary>
    /// Whether a name is passed over, in folders and in archives: what begins with a dot, and the folder in which macOS keeps what others
    /// have no place for.
    /// </summary>
    public static bool IsPassedOver(string name) => name.StartsWith('.') || name == "__MACOSX";

    /// <summary>Takes a path in.</summary>
    /// <returns>The path; null for a folder, and for what is passed over.</returns>
    /// <exception cref="MalformedInputException">It leads elsewhere, or is there twice.</exception>
    public string? Add(string name, bool isFolder)
    {
        if (++_entries > limits.Entries) throw TooMany();
        var path = Normal(name);
        if (path.Length == 0) return isFolder ? null : throw Malformed(name, "it has no name");
        string[] parts = path.Split('/');
        if (isFolder ? _files.Contains(path) : !_files.Add(path)) throw Malformed(name, "it is there twice");
        for (var depth = 1; depth < parts.Length + (isFolder ? 1 : 0); depth++) Enter(string.Join('/', parts[..depth]), name);
        if (!isFolder && _folders.Contains(path)) throw Malformed(name, "it is a file and a folder");
        if (isFolder || parts.Any(IsPassedOver)) return null;
        return Archives.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? throw Nested(path) : path;
    }

    public MalformedInputException Nested(string path) => Malformed(path, "an archive inside of the archive: unpack it first");

    public MalformedInputException Malformed(string name, string problem) => new(document, $"'{Excerpt.Of(name, 120)}': {problem}");

    /// <summary>Folders that nobody names are counted like those that are: a path of many is as long as many paths.</summary>
    private void Enter(string folder, string name)
    {
        if (_files.Contains(folder)) throw Malformed(name, $"'{Excerpt.Of(folder, 120)}' is a file and a folder");
        if (_folders.Add(folder) && _folders.Count > limits.Entries) throw TooMany();
    }

    private MalformedInputException TooMany() => new(document, $"more than {limits.Entries} files and folders; divide the archive");

    private string Normal(string name)
    {
        if (name.Length > limits.PathLength) throw Malformed(name, $"a path of more than {limits.PathLength} characters");
        if (name.Contains('\\'))
            throw Malformed(name, "a backslash in its path, which other systems take for a folder: pack it with / between folders");
        if (name.Any(c => char.IsControl(c) || c == '\uFFFD'))
            throw Malformed(name, "its name is no text in UTF-8 without control characters");
        if (name.StartsWith('/') || name is [_, ':', ..] && char.IsAsciiLetter(name[0]))
            throw Malformed(name, "an absolute path, which leads out of the archive");
        var path = name.EndsWith('/') ? name[..^1] : name;
        while (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        if (path == ".") return "";
        string[] parts = path.Split('/');
        if (parts.Contains("..")) throw Malformed(name, "its path leads out of the archive");
        return path.Length == 0 || parts.All(part => part.Length > 0 && part != ".")
            ? path : throw Malformed(name, "a part of its path has no name");
    }
}
