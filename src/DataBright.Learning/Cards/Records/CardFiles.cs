using DataBright.Learning.Archives;
using DataBright.Learning.Files;

namespace DataBright.Learning.Cards.Records;

/// <summary>One file that a card speaks of, where it lies: in a folder, or in an archive.</summary>
/// <param name="FullPath">Its path as cards see it, with <c>/</c> between its parts.</param>
/// <param name="Place">What errors call it.</param>
/// <param name="Local">Its path on this machine; null for one in an archive.</param>
/// <param name="Packed">Its content, to be read at once; null for one that lies in a folder.</param>
internal sealed record CardContent(string FullPath, string Place, string? Local, Stream? Packed)
{
    public T Read<T>(Func<Stream, T> read) => Packed is { } packed ? read(packed) : UnpackedFile.Read(Local!, [], read);

    public byte[] Bytes(int most)
    {
        if (Packed is { } packed) return InputFile.ReadAll(packed, Place, most);
        using var file = InputFile.Open(Local!);
        return InputFile.ReadAll(file, Place, most);
    }
}

/// <summary>
/// The files of a card on this machine: beside it, or in a folder that is named. Nothing is fetched; what is missing is listed with the
/// place that the card gives.
/// A hash that the card states is held against the file.
/// </summary>
internal sealed class CardFiles(CardPlan plan, string document, string folder, CancellationToken stop)
{
    private static readonly string[] Folders = ["git+https", "git+http", "git", "inode/directory", "application/x-directory"];
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);

    /// <summary>Sees that all that some sources need is here, and is what the card says.</summary>
    /// <exception cref="MalformedInputException">Files are missing, or others; all that are missing are named.</exception>
    public void Require(IEnumerable<string> sources)
    {
        var missing = new List<FilePlan>();
        foreach (var file in sources.SelectMany(Outermost).DistinctBy(file => file.Id))
        {
            if (Find(file) is not { } path) missing.Add(file);
            else if (_found.TryAdd(file.Id, path)) RequireHash(file, path);
        }

        if (missing.Count == 0) return;
        var listed = string.Join(", ", missing.Take(20).Select(file => $"{Excerpt.Of(Last(file.Url), 80)} ({Excerpt.Of(file.Url, 200)})"));
        throw new MalformedInputException(document,
            $"{missing.Count} of its files {(missing.Count == 1 ? "is" : "are")} not in {folder}: "
            + $"{listed}{(missing.Count > 20 ? " …" : "")}. "
            + "Nothing is fetched: get them from there, and name their folder with --files where it is another");
    }

    /// <summary>Goes to each file of a source: files of a folder in the order of their paths, those of an archive as they lie.</summary>
    public async Task VisitAsync(string source, Func<CardContent, Task> visit)
    {
        if (plan.Files.FirstOrDefault(file => file.Id == source) is { } one) await VisitAsync(one, visit);
        else if (plan.FileSets.FirstOrDefault(set => set.Id == source) is { } set) await VisitAsync(set, visit);
        else throw new MalformedInputException(document, $"'{source}' is neither a file nor a set of files");
    }

    public string Encoding(string source) =>
        plan.Files.FirstOrDefault(file => file.Id == source)?.Encoding
            ?? plan.FileSets.FirstOrDefault(set => set.Id == source)?.Encoding ?? "";

    private async Task VisitAsync(FilePlan file, Func<CardContent, Task> visit)
    {
        var count = 0;
        if (Container(file.ContainedIn) is not { } archive)
        {
            await visit(new CardContent(Relative(file), _found[file.Id], _found[file.Id], null));
            return;
        }

        bool IsIt(string path) => path == file.Url || path.EndsWith($"/{file.Url}", StringComparison.Ordinal);
        // Before anything is made of it: it can be read only once at a time.
        if (file.Sha256 is { } said)
            await VisitArchiveAsync(archive, IsIt, content =>
            {
                RequireHash(said, content.Packed!, content.Place);
                return Task.CompletedTask;
            });
        await VisitArchiveAsync(archive, IsIt, content =>
        {
            count++;
            return visit(content);
        });
        if (count != 1)
            throw new MalformedInputException(document,
                $"{Excerpt.Of(file.Url, 120)} is {(count == 0 ? "not" : $"{count} times")} in {_found[archive.Id]}");
    }

    private async Task VisitAsync(FileSetPlan set, Func<CardContent, Task> visit)
    {
        var count = 0;
        Task Count(CardContent content)
        {
            count++;
            return visit(content);
        }

        Func<string, bool>[] included = [.. set.Includes.Select(pattern => FilePattern.Of(pattern, document))],
            excluded = [.. set.Excludes.Select(pattern => FilePattern.Of(pattern, document))];
        bool IsMeant(string path) => included.Any(names => names(path)) && !excluded.Any(names => names(path));
        FilePlan?[] places = set.ContainedIn.Count == 0 ? [null] : [.. set.ContainedIn.Select(Container)];
        foreach (var place in places)
        {
            if (place is not null && !Directory.Exists(_found[place.Id])) await VisitArchiveAsync(place, IsMeant, Count);
            else await VisitFolderAsync(place is null ? folder : _found[place.Id], IsMeant, Count);
        }

        if (count == 0)
            throw new MalformedInputException(document,
                $"no file of '{set.Id}' ({Excerpt.OfNames([.. set.Includes])}) is in "
                + $"{string.Join(", ", places.Select(place => place is null ? folder : _found[place.Id]))}");
    }

    private async Task VisitArchiveAsync(FilePlan archive, Func<string, bool> isMeant, Func<CardContent, Task> visit)
    {
        var path = _found[archive.Id];
        using var opened = Archive.Find(path)
            ?? throw new MalformedInputException(path,
                $"the card finds other files in it, and it is neither a zip nor a tar ({Excerpt.Of(archive.Encoding)})");
        foreach (var entry in opened.Entries())
        {
            stop.ThrowIfCancellationRequested();
            if (isMeant(entry.Path)) await visit(new CardContent(entry.Path, $"{path}/{entry.Path}", null, entry.Content));
        }
    }

    private async Task VisitFolderAsync(string root, Func<string, bool> isMeant, Func<CardContent, Task> visit)
    {
        foreach (var path in Paths(root, "").Where(isMeant).Order(StringComparer.Ordinal).ToArray())
        {
            stop.ThrowIfCancellationRequested();
            var local = Path.Combine(root, path);
            await visit(new CardContent(path, local, local, null));
        }
    }

    /// <summary>Links are not followed: a folder may lie in itself.</summary>
    private static IEnumerable<string> Paths(string root, string inside)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(root, inside)).EnumerateFileSystemInfos())
        {
            if (ArchiveNames.IsPassedOver(entry.Name)) continue;
            var path = inside.Length == 0 ? entry.Name : $"{inside}/{entry.Name}";
            if (entry is FileInfo)
            {
                RequireInside(root, entry.FullName);
                yield return path;
            }
            else if (entry.LinkTarget is null)
                foreach (var deeper in Paths(root, path))
                    yield return deeper;
        }
    }

    /// <summary>The files that must be on this machine for a source: itself, or the archives it is in.</summary>
    private IEnumerable<FilePlan> Outermost(string source)
    {
        if (plan.Files.FirstOrDefault(file => file.Id == source) is { } one) return [Container(one.ContainedIn) ?? one];
        return plan.FileSets.FirstOrDefault(set => set.Id == source)?.ContainedIn.Select(Container).OfType<FilePlan>() ?? [];
    }

    private FilePlan? Container(string? id)
    {
        if (id is null) return null;
        var container = plan.Files.FirstOrDefault(file => file.Id == id)
            ?? throw new MalformedInputException(document, $"'{id}' is no file that others can be in");
        return container.ContainedIn is null
            ? container : throw new MalformedInputException(document, $"'{id}' is an archive inside of an archive: unpack it first");
    }

    /// <summary>
    /// Where a file is here: by the card's path, or by its name alone; a repository is a folder of its name, or the folder itself.
    /// </summary>
    private string? Find(FilePlan file)
    {
        if (Folders.Contains(file.Encoding, StringComparer.OrdinalIgnoreCase))
            return new[] { file.Id, file.Name }.Where(IsPlain).Select(name => Path.Combine(folder, name))
                .FirstOrDefault(Directory.Exists) ?? folder;
        string[] names = Uri.TryCreate(file.Url, UriKind.Absolute, out var address) && !file.Url.StartsWith('/')
            && address.Scheme != Uri.UriSchemeFile
            ? [Last(file.Url), file.Name, file.Id] : [file.Url, Last(file.Url)];
        var found = names.Where(IsPlain).Select(name => Path.Combine(folder, name))
            .FirstOrDefault(path => File.Exists(path) || Directory.Exists(path));
        if (found is not null) RequireInside(folder, found);
        return found;
    }

    /// <summary>A folder that came from a stranger may hold a link to what is nobody's business, which would be read and offered.</summary>
    private static void RequireInside(string root, string path)
    {
        if (File.ResolveLinkTarget(path, returnFinalTarget: true) is not { } target) return;
        var inside = Path.GetFullPath(root) + Path.DirectorySeparatorChar;
        if (!target.FullName.StartsWith(inside, StringComparison.Ordinal))
            throw new MalformedInputException(path,
                $"it is a link to {target.FullName}, outside of the folder: put a copy of the file in its place");
    }

    /// <summary>Cards come from strangers: what they name lies in the folder.</summary>
    private static bool IsPlain(string path) =>
        path.Length > 0 && !Path.IsPathRooted(path) && !path.Split('/', '\\').Contains("..") && !path.Any(char.IsControl);

    private static string Relative(FilePlan file) =>
        IsPlain(file.Url) && !file.Url.Contains("://", StringComparison.Ordinal) ? file.Url : Last(file.Url);

    private static string Last(string url)
    {
        var path = Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.AbsolutePath : url;
        return Uri.UnescapeDataString(path.TrimEnd('/')[(path.TrimEnd('/').LastIndexOf('/') + 1)..]);
    }

    private void RequireHash(FilePlan file, string path)
    {
        if (file.Sha256 is not { } said || Directory.Exists(path)) return;
        using var content = InputFile.Open(path);
        RequireHash(said, content, path);
        stop.ThrowIfCancellationRequested();
    }

    private static void RequireHash(Digest said, Stream content, string place)
    {
        var hash = new Digest(System.Security.Cryptography.SHA256.HashData(content));
        if (hash != said)
            throw new MalformedInputException(place,
                $"its SHA-256 is {hash}; the card says {said}: it is another file, or another version of it");
    }
}
