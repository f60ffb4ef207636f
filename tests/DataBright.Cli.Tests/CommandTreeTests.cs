using System.CommandLine;
using DataBright.Terminal;

namespace DataBright.Cli.Tests;

/// <summary>What holds for every command, read off the tree itself.</summary>
public sealed class CommandTreeTests
{
    private static readonly RootCommand Root = Commands.Root();

    public static TheoryData<string> Verbs => [.. All(Root).Where(pair => pair.Command is Verb).Select(pair => pair.Path)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_command_has_help_with_an_example_that_it_understands(string path)
    {
        var command = Find(path);
        var lines = command.Description!.Split('\n');
        lines[0].Length.ShouldBeGreaterThan(10);
        var example = lines[^1].Trim();
        example.ShouldStartWith($"databright {path}");

        var parsed = Root.Parse(Words(example["databright ".Length..]));

        parsed.Errors.ShouldBeEmpty();
        parsed.CommandResult.Command.ShouldBe(command);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_command_takes_json_and_a_data_folder(string path)
    {
        var example = Find(path).Description!.Split('\n')[^1].Trim()["databright ".Length..];

        var parsed = Root.Parse([.. Words(example), "--json", "--quiet", "--home", "/somewhere"]);

        parsed.Errors.ShouldBeEmpty();
        parsed.GetValue(GlobalOptions.Json).ShouldBeTrue();
        parsed.GetValue(GlobalOptions.Quiet).ShouldBeTrue();
    }

    [Fact]
    public void Every_noun_and_every_option_says_what_it_is()
    {
        foreach (var (path, command) in All(Root))
        {
            command.Description.ShouldNotBeNullOrWhiteSpace(path);
            foreach (var option in command.Options.Where(option => option is not System.CommandLine.Help.HelpOption and not VersionOption))
                option.Description.ShouldNotBeNullOrWhiteSpace($"{path} {option.Name}");
        }
    }

    [Fact]
    public void Every_option_with_a_default_says_it()
    {
        foreach (var (path, command) in All(Root))
            foreach (var option in command.Options
                .Where(option => option.HasDefaultValue && option.ValueType != typeof(bool) && !option.ValueType.IsArray))
                option.Description!.ShouldContain("(default", customMessage: $"{path} {option.Name}");
    }

    [Fact]
    public async Task Help_says_what_it_does_how_it_is_called_and_ends_with_an_example()
    {
        var said = new StringWriter();
        (await Entry.RunAsync(["share", "transfer", "--help"], said, TextWriter.Null, TestContext.Current.CancellationToken)).ShouldBe(0);

        said.ToString().TrimEnd().ShouldBe(
            """
            Give shares to somebody; what they earned until now stays yours

              databright share transfer --dataset ID --to WHO --shares SHARES [options]

            Options
              --dataset ID     Shares of this dataset (required)
              --to WHO         A name or an address (required)
              --shares SHARES  How many (required)

            Who acts
              --key NAME            The account that acts, by name or address (default: the only one there is)
              --key-file FILE       Instead of an account: a file with a bare private key, on development chains only
              --password-file FILE  A file whose first line is the password (or DATABRIGHT_PASSWORD; default: asked for)
              --signer URL          Instead of a key here: a signer's JSON-RPC URL (or DATABRIGHT_SIGNER)
              --account ADDRESS     With --signer: which of its accounts acts (default: the only one)
              --signer-wait 5m|1h   With --signer: how long a person may take to approve one thing (default 5m)
              --dry-run             Show what would be sent, what it would cost or bring, and its gas; send nothing

            Everywhere
              --rpc URL   The chain's JSON-RPC URL (or DATABRIGHT_RPC; default: the chain of the node that runs on the
                          data folder)
              --home DIR  The data folder (or DATABRIGHT_HOME; default ~/.databright)
              --json      Print one JSON document instead of text
              --quiet     Say nothing about how far work is, only what it came to
              --help      Show this

            Example
              databright share transfer --dataset 1 --to grace --shares 12.5
            """);
    }

    [Fact]
    public void The_same_option_takes_the_same_kind_of_value_everywhere()
    {
        var kinds = All(Root).SelectMany(pair => pair.Command.Options).GroupBy(option => option.Name)
            .Select(same => (same.Key,
                Kinds: same.Select(option => (Nullable.GetUnderlyingType(option.ValueType) ?? Element(option.ValueType)).Name).Distinct()
                    .ToList()));
        foreach (var (name, found) in kinds)
            found.Count.ShouldBe(1, $"{name} is {string.Join(" and ", found)}");
    }

    [Fact]
    public void No_two_options_are_one_word_spelled_differently()
    {
        var names = All(Root).SelectMany(pair => pair.Command.Options).Select(option => option.Name).Distinct().ToList();
        var bare = names.GroupBy(name => name.Replace("-", "", StringComparison.Ordinal).TrimEnd('s')).Where(same => same.Count() > 1);

        bare.Select(same => string.Join(", ", same)).ShouldBeEmpty();
        names.ShouldAllBe(name => System.Text.RegularExpressions.Regex.IsMatch(name, "^--[a-z]+(-[a-z]+)*$"));
    }

    [Fact]
    public void A_secret_is_never_taken_as_a_word_on_the_command_line() =>
        All(Root).SelectMany(pair => pair.Command.Options).Select(option => option.Name)
            .ShouldNotContain(name => name == "--password" || name == "--private-key" || name == "--secret");

    private static Type Element(Type type) => type.IsArray ? type.GetElementType()! : type;

    private static Command Find(string path) =>
        path.Split(' ').Aggregate((Command)Root, (at, word) => at.Subcommands.Single(sub => sub.Name == word));

    private static IEnumerable<(string Path, Command Command)> All(Command parent, string path = "") =>
        parent.Subcommands.SelectMany(command =>
        All(command, $"{path}{command.Name} ").Prepend(($"{path}{command.Name}", command)));

    /// <summary>As a shell would cut them, single quotes included.</summary>
    private static string[] Words(string line)
    {
        var words = new List<string>();
        var quoted = line.Split('\'');
        for (var i = 0; i < quoted.Length; i++)
            words.AddRange(i % 2 == 1 ? [quoted[i]] : quoted[i].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var end = words.FindIndex(word => word is ">>" or ">");
        return [.. end < 0 ? words : words[..end]];
    }
}
