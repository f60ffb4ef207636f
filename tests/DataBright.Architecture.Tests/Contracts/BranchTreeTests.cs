using System.Text.RegularExpressions;

namespace DataBright.Architecture.Contracts;

/// <summary>
/// The branches of a function stand as a tree beside the contracts' tests, each with the tests that cover it. A line of a tree is
/// a function, a condition (<c>When</c>, <c>Given</c>) or what it should do (<c>It</c>), which names its tests after an arrow.
/// </summary>
public sealed partial class BranchTreeTests
{
    private const string Folder = "contracts/test/";
    private const string Empty = "→ ProposalsTest.test_an_empty_shard_is_refused";

    private static readonly string[] Required = ["Jobs/settle", "Proposals/finalise", "Proposals/propose", "Proposals/vote"];

    [Fact]
    public void What_has_many_branches_has_a_tree() =>
        Required.Where(name => !Trees(RepositoryFiles.OnDisk).Contains($"{Folder}{name}.tree")).ShouldBeEmpty();

    [Fact]
    public void Every_branch_names_tests_that_exist() => Faults(RepositoryFiles.OnDisk).ShouldBeEmpty();

    [Theory]
    [InlineData(Empty, "→ ProposalsTest.test_an_empty_shard_is_taken", "no test ProposalsTest.test_an_empty_shard_is_taken")]
    [InlineData(Empty, "→ BallotTest.test_an_empty_shard_is_refused", "no test BallotTest.test_an_empty_shard_is_refused")]
    [InlineData(" " + Empty, "", "names no test")]
    [InlineData("with ShardEmpty.", "with ShardMissing.", "no test of it expects ShardMissing")]
    [InlineData("with ShardEmpty.", "with VotingIsOver.", "no test of it expects VotingIsOver")] // which another test of the file expects
    [InlineData("├── When no point is offered\n│   └── It", "├── When no point is offered\n├── It", "a condition without a branch")]
    [InlineData("├── When no point is offered", "├── If no point is offered", "neither a condition nor a branch")]
    [InlineData("IProposals.propose\n", "IProposals.proposeShard\n", "no function IProposals.proposeShard")]
    public void A_fault_of_a_tree_is_found(string before, string after, string fault) =>
        Faults(RepositoryFiles.OnDisk.With($"{Folder}Proposals/propose.tree", before, after))
            .ShouldHaveSingleItem().ShouldContain(fault);

    [Fact]
    public void A_test_that_is_gone_is_found() =>
        Faults(RepositoryFiles.OnDisk.With($"{Folder}Jobs/Settlement.t.sol", "function test_as_many_receipts", "function as_many_receipts"))
            .ShouldHaveSingleItem().ShouldContain("no test SettlementTest.test_as_many_receipts_as_ordered");

    private static IEnumerable<string> Trees(RepositoryFiles files) => Files(files, ".tree");

    private static IEnumerable<string> Files(RepositoryFiles files, string ending) =>
        files.Paths.Where(path => path.StartsWith(Folder, StringComparison.Ordinal) && path.EndsWith(ending, StringComparison.Ordinal));

    private static List<string> Faults(RepositoryFiles files)
    {
        var tests = new Dictionary<string, string>();
        foreach (var source in Files(files, ".t.sol").Select(files.Read))
            foreach (var contract in Contract().Split(source).Skip(1).Chunk(2))
                foreach (Match test in Test().Matches(contract[1]))
                    tests[$"{contract[0]}.{test.Groups["name"].Value}"] = WithHelpers(BodyAt(contract[1], test.Index), source);
        return [.. Trees(files).SelectMany(path => FaultsOf(Lines(files.Read(path)), tests, files).Select(fault => $"{path}: {fault}"))];
    }

    /// <summary>A function's text, to the brace that closes it at its own depth.</summary>
    private static string BodyAt(string source, int at) =>
        source[at..(source.IndexOf("\n    }", at, StringComparison.Ordinal) is >= 0 and var end ? end : source.Length)];

    /// <summary>A test may leave it to a helper of its file to expect the error.</summary>
    private static string WithHelpers(string body, string source) => body + string.Concat(Helper().Matches(source)
        .Where(helper => body.Contains($" {helper.Groups["name"].Value}(", StringComparison.Ordinal))
        .Select(helper => BodyAt(source, helper.Index)));

    private static string[] Lines(string tree) => tree.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> FaultsOf(string[] lines, Dictionary<string, string> tests, RepositoryFiles files)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var line = Line().Match(lines[i]);
            var depth = line.Groups["indent"].Length;
            var text = line.Groups["text"].Value;
            if (depth == 0)
            {
                if (!IsFunction(text, files)) yield return $"no function {text}";
            }
            else if (text.StartsWith("It ", StringComparison.Ordinal))
            {
                foreach (var fault in FaultsOf(text, tests)) yield return fault;
            }
            else if (!text.StartsWith("When ", StringComparison.Ordinal) && !text.StartsWith("Given ", StringComparison.Ordinal))
            {
                yield return $"neither a condition nor a branch: {text}";
            }
            else if (i + 1 == lines.Length || Line().Match(lines[i + 1]).Groups["indent"].Length <= depth)
            {
                yield return $"a condition without a branch: {text}";
            }
        }
    }

    private static IEnumerable<string> FaultsOf(string branch, Dictionary<string, string> tests)
    {
        var parts = branch.Split(" → ");
        if (parts.Length != 2)
        {
            yield return $"names no test: {branch}";
            yield break;
        }

        var names = parts[1].Split(", ");
        foreach (var name in names.Where(name => !tests.ContainsKey(name)))
            yield return $"no test {name}";
        var error = Error().Match(parts[0]).Groups["name"].Value;
        if (error != "" && names.All(tests.ContainsKey)
            && !names.Any(name => tests[name].Contains($"{error}.selector", StringComparison.Ordinal)))
            yield return $"no test of it expects {error}";
    }

    private static bool IsFunction(string name, RepositoryFiles files)
    {
        var parts = name.Split('.');
        var path = files.Paths.SingleOrDefault(path => path.EndsWith($"/{parts[0]}.sol", StringComparison.Ordinal));
        return parts.Length == 2 && path is not null && files.Read(path).Contains($"function {parts[1]}(", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^(?<indent>[│├└─ ]*)(?<text>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"(?m)^contract\s+(\w+)\b")]
    private static partial Regex Contract();

    [GeneratedRegex(@"\bfunction\s+(?<name>test\w*)\s*\(")]
    private static partial Regex Test();

    [GeneratedRegex(@"\bfunction\s+(?<name>_\w+)\s*\(")]
    private static partial Regex Helper();

    [GeneratedRegex(@"revert with (?<name>\w+)\.")]
    private static partial Regex Error();
}
