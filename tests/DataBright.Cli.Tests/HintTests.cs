using System.CommandLine;
using System.Text.RegularExpressions;

namespace DataBright.Cli.Tests;

/// <summary>
/// Whoever is told to run a command finds it: every hint, in what the program says and in what is written about it, is one.
/// </summary>
public sealed partial class HintTests
{
    private static readonly RootCommand Root = Commands.Root();

    /// <summary>What introduces a program, not a command.</summary>
    private static readonly string[] NotCommands = ["COMMAND", "NOUN", "WORDS", "test"];

    [Fact]
    public void Every_hint_names_a_command_and_options_that_exist()
    {
        var hints =
            Sources()
                .SelectMany(file => Hint().Matches(File.ReadAllText(file))
                    .Select(match => (File: Path.GetRelativePath(Repository.Root, file), Words: match.Groups["words"].Value))).ToArray();

        hints.Length.ShouldBeGreaterThan(80);
        hints.Select(hint => (hint.File, hint.Words, Wrong: WrongIn(hint.Words))).Where(hint => hint.Wrong is not null)
            .Select(hint => $"{hint.File}: databright {hint.Words}: {hint.Wrong}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("dataset found --name x", "dataset found")]
    [InlineData("datasets", "datasets")]
    [InlineData("job watch 3 --fast", "--fast")]
    [InlineData("model serve {id} --trial-per-day 5", null)]
    [InlineData("account fund NAME --ether 10", null)]
    [InlineData("proposal ID", "proposal ID")]
    public void A_hint_that_names_none_is_found(string words, string? wrong) => WrongIn(words).ShouldBe(wrong);

    private static string? WrongIn(string hint)
    {
        var words = hint.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || NotCommands.Contains(words[0]) || words[0].StartsWith('<') || words[0].StartsWith('{')
            || words[0].StartsWith('-')) return null;
        if (Root.Subcommands.FirstOrDefault(one => one.Name == Bare(words[0])) is not { } command) return words[0];
        var options = 1;
        if (command.Subcommands.Count > 0 && words.Length > 1 && !words[1].StartsWith('-') && words[1] is not ("VERB" or "…"))
        {
            // Tables of the manual name several verbs at once.
            foreach (var verb in words[1].Split(["|", "\\|"], StringSplitOptions.RemoveEmptyEntries))
                if (command.Subcommands.All(one => one.Name != Bare(verb))) return $"{words[0]} {verb}";
            command = command.Subcommands.First(
                one => words[1].Split(["|", "\\|"], StringSplitOptions.RemoveEmptyEntries).Any(verb => Bare(verb) == one.Name));
            options = 2;
        }
        var known = command.Options.Concat(Root.Options).SelectMany(option => option.Aliases.Prepend(option.Name)).ToHashSet();
        // Behind another program's bar or semicolon stands another program.
        return words.Skip(options).TakeWhile(word => word is not ("|" or ";" or "&&" or ">")).Where(word => Option().IsMatch(word))
            .Select(word => Option().Match(word).Value).FirstOrDefault(option => !known.Contains(option));
    }

    private static string Bare(string word) => word.TrimEnd('.', ',', ';', ')', ':');

    private static IEnumerable<string> Sources() =>
        from folder in new[] { "src", "docs" }
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
        where Path.GetExtension(file) is ".cs" or ".razor" or ".md"
            && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}decisions{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        select file;

    /// <summary>A command as it is shown: behind a colon, in quotes or a code mark, or on a line of its own.</summary>
    [GeneratedRegex(@"(?:(?<=: )|(?<=[`'>\]])|(?<=^\s*(?:\$ )?))databright (?<words>[^""`'<\n#\[]*)", RegexOptions.Multiline)]
    private static partial Regex Hint();

    [GeneratedRegex("^--[a-z]+(-[a-z]+)*")]
    private static partial Regex Option();
}
