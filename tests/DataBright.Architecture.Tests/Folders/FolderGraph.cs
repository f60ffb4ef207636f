using System.Text.RegularExpressions;
using Mono.Cecil;

namespace DataBright.Architecture.Folders;

/// <summary>
/// Which folders of one project use which others of it, by what its compiled types and methods name. A folder is the first below the
/// project; files beside the project file stand in the folder <c>.</c>. Constants are copied into their users and leave no trace.
/// </summary>
internal sealed partial class FolderGraph
{
    public const string Root = ".";

    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To), SortedSet<string>> _uses = [];

    private readonly List<Crossing> _crossings = [];

    private FolderGraph()
    {
    }

    public IReadOnlyDictionary<(string From, string To), SortedSet<string>> Uses => _uses;

    /// <summary>Every use of a type by one of another folder.</summary>
    public IReadOnlyList<Crossing> Crossings => _crossings;

    /// <summary>The folder that a type stands in; null where nobody wrote it.</summary>
    public string? FolderOf(TypeReference type) => _folders.GetValueOrDefault(Outermost(type).FullName);

    /// <summary>Reads a project's sources for where each type stands and its assembly for what each names.</summary>
    /// <exception cref="InvalidDataException">A type that somebody wrote stands in no file, or in files of two folders.</exception>
    public static FolderGraph Of(string project, ModuleDefinition module)
    {
        var graph = new FolderGraph();
        graph.Place(project);
        foreach (var type in module.Types.Where(type => graph._folders.ContainsKey(type.FullName)))
            graph.Read(type);
        return graph;
    }

    /// <summary>The folders that reach each other both ways, largest group first; empty where references point one way.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Knots()
    {
        var folders = _uses.Keys.SelectMany(use => new[] { use.From, use.To }).Distinct().Order(StringComparer.Ordinal).ToList();
        var reached = folders.ToDictionary(folder => folder, Reached);
        return
        [
            .. folders.Where(folder => reached[folder].Contains(folder))
                .GroupBy(folder => folders.First(other => other == folder
                    || (reached[folder].Contains(other) && reached[other].Contains(folder))))
                .Select(knot => knot.ToList()).OrderByDescending(knot => knot.Count),
        ];
    }

    /// <summary>The uses that tie a knot, those of the fewest types first: what to move.</summary>
    public string Ties(IReadOnlyList<string> knot) =>
        string.Join('\n', _uses.Where(use => knot.Contains(use.Key.From) && knot.Contains(use.Key.To)).OrderBy(use => use.Value.Count)
            .Select(use => $"{use.Key.From} -> {use.Key.To} ({use.Value.Count}): {string.Join(", ", use.Value.Take(6))}"));

    private HashSet<string> Reached(string folder)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var from))
            foreach (var (_, to) in _uses.Keys.Where(use => use.From == from))
                if (reached.Add(to))
                    open.Push(to);
        return reached;
    }

    private void Place(string project)
    {
        var inside = $"src/{project}/";
        foreach (var path in RepositoryFiles.OnDisk.Paths.Where(path => path.StartsWith(inside, StringComparison.Ordinal)))
        {
            var below = path[inside.Length..];
            var folder = below.Contains('/', StringComparison.Ordinal) ? below[..below.IndexOf('/', StringComparison.Ordinal)] : Root;
            foreach (var type in TypesIn(path, project, below))
                if (!_folders.TryAdd(type, folder) && _folders[type] != folder)
                    throw new InvalidDataException($"{type} stands in two folders, {_folders[type]} and {folder}.");
        }
    }

    private static IEnumerable<string> TypesIn(string path, string project, string below)
    {
        if (path.EndsWith(".razor", StringComparison.Ordinal))
            return [string.Join('.', [project, .. below[..^".razor".Length].Split('/')])];
        if (!path.EndsWith(".cs", StringComparison.Ordinal))
            return [];
        var text = RepositoryFiles.OnDisk.Read(path);
        var space = Namespace().Match(text).Groups["name"].Value;
        return Declaration().Matches(text)
            .Select(type => $"{(space.Length == 0 ? "" : space + ".")}{type.Groups["name"].Value}{Arity(type.Groups["of"])}");
    }

    private static string Arity(Group parameters) => parameters.Success ? $"`{parameters.Value.Count(letter => letter == ',') + 1}" : "";

    private void Read(TypeDefinition top)
    {
        var from = _folders[top.FullName];
        foreach (var type in References.OfWhole(top))
            if (_folders.TryGetValue(Outermost(type).FullName, out var to) && to != from)
            {
                if (!_uses.TryGetValue((from, to), out var examples))
                    _uses.Add((from, to), examples = new SortedSet<string>(StringComparer.Ordinal));
                examples.Add($"{top.Name}>{Outermost(type).Name}");
                _crossings.Add(new Crossing(from, to, top, type));
            }
    }

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)[;\s]", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    /// <summary>Types that stand in no other: they begin a line.</summary>
    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|unsafe|ref) )*(?:class|record struct|record|struct|interface|enum|delegate [\w<>\[\]?., ]+?) (?<name>\w+)(?:<(?<of>[^>]+)>)?", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
