using System.Text.RegularExpressions;

namespace DataBright.Architecture.Contracts;

/// <summary>An error that a contract declares can happen: some contract reverts with it. Each is a rule with a message.</summary>
public sealed partial class ContractErrorTests
{
    private const string Declaring = "contracts/src/Shares/IShares.sol";

    [Fact]
    public void Every_error_is_reverted_with()
    {
        Unused(RepositoryFiles.OnDisk).ShouldBeEmpty("take the error out, with its rule and its message");
        Declared(RepositoryFiles.OnDisk).Count.ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData("error NeverHappens(uint256 supply);")]
    [InlineData("error NeverHappens(\n        uint256 supply,\n        uint256 limit\n    );\n    // revert NeverHappens(1, 2);")]
    public void An_error_that_is_only_declared_is_found(string declaration) =>
        Unused(RepositoryFiles.OnDisk.With(Declaring, "    error NoShares();", $"    error NoShares();\n    {declaration}"))
            .ShouldBe(["NeverHappens"]);

    [Fact]
    public void An_error_that_is_no_longer_reverted_with_is_found() =>
        Unused(RepositoryFiles.OnDisk.With("contracts/src/Shares/Shares.sol", "revert NoShares();", "return;")).ShouldBe(["NoShares"]);

    private static List<string> Unused(RepositoryFiles files)
    {
        var used = Sources(files).SelectMany(text => Revert().Matches(text)).Select(match => match.Groups["name"].Value).ToHashSet();
        return [.. Declared(files).Where(name => !used.Contains(name))];
    }

    private static SortedSet<string> Declared(RepositoryFiles files) =>
        [.. Sources(files).SelectMany(text => Declaration().Matches(text)).Select(match => match.Groups["name"].Value)];

    private static IEnumerable<string> Sources(RepositoryFiles files) =>
        files.Paths
            .Where(path => path.StartsWith("contracts/src/", StringComparison.Ordinal) && path.EndsWith(".sol", StringComparison.Ordinal))
            .Select(path => Comment().Replace(files.Read(path), " "));

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\berror\s+(?<name>\w+)\s*\(")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\brevert\s+(?:\w+\s*\.\s*)?(?<name>\w+)\s*\(")]
    private static partial Regex Revert();
}
