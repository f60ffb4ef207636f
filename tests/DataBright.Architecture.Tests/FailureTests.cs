using System.Text.RegularExpressions;

namespace DataBright.Architecture;

/// <summary>
/// Failures have one root and a kind. A filter of <c>catch</c> that takes several of them asks for the kind, not for a list of names.
/// </summary>
public sealed partial class FailureTests
{
    private static readonly string[] Roots = ["DataBrightException", "RefusedException"];

    private static readonly Dictionary<string, string> Sources =
        Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(Repository.Root, file), File.ReadAllText);

    [Fact]
    public void Every_exception_descends_from_the_root()
    {
        var bases = Sources.Values.SelectMany(text => Declaration().Matches(text)).Where(match => match.Groups["name"].Value != Roots[0])
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["base"].Value);
        bases.Count.ShouldBeGreaterThan(40);
        foreach (var name in bases.Keys)
        {
            var at = name;
            while (bases.TryGetValue(at, out var next)) at = next;
            at.ShouldBe(Roots[0], $"{name} descends from {at}");
        }
    }

    [Fact]
    public void No_filter_lists_our_exceptions_by_name()
    {
        var own = Sources.Values.SelectMany(text => Declaration().Matches(text)).Select(match => match.Groups["name"].Value).ToHashSet();
        var lists = new List<string>();
        foreach (var (file, text) in Sources)
            foreach (Match filter in Filter().Matches(text))
                if (Word().Matches(filter.Value).Select(word => word.Value).Distinct()
                    .Count(word => own.Contains(word) && !Roots.Contains(word)) > 2)
                    lists.Add($"{file}: {filter.Value.Trim()}");
        lists.ShouldBeEmpty("ask for the kind of failure instead");
    }

    [GeneratedRegex(@"class (?<name>\w+Exception|Failure)\b(?:\((?:[^()]|\([^()]*\))*\))?\s*:\s*(?<base>\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"catch \([^)]*\) when .*")]
    private static partial Regex Filter();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
