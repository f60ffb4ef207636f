using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Spectre.Console;

namespace DataBright.Terminal;

/// <summary>
/// What --help prints: what the command does, how it is called, its own options before those of all, and an example at the end.
/// </summary>
public sealed class Help : SynchronousCommandLineAction
{
    private const string Indent = "  ";

    private static readonly (string Heading, string[] Names)[] Shared =
    [
        ("Who acts", ["--key", "--key-file", "--password-file", "--signer", "--account", "--signer-wait", "--dry-run"]),
        ("Everywhere", ["--rpc", "--home", "--json", "--quiet", "--help", "--version"]),
    ];

    /// <summary>Whoever asks for help need not say everything else right.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var output = Output.For(parseResult, parseResult.InvocationConfiguration.Output, parseResult.InvocationConfiguration.Error);
        output.Read(console => Draw(console, command));
        return ExitCode.Done;
    }

    private static void Draw(IAnsiConsole console, Command command)
    {
        var paragraphs = command.Description!.Split("\n\nExample:\n", 2);
        console.WriteLine(paragraphs[0]);
        console.WriteLine();
        console.WriteLine(Indent + Usage(command));
        Section(console, "Commands", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name, FirstLine(sub))));
        Section(console, "Words", command.Arguments.Select(argument => (argument.Name, argument.Description ?? "")));
        var options = Options(command).ToList();
        Section(console, "Options", options.Where(option => !IsShared(option)).Select(Line));
        foreach (var (heading, names) in Shared)
            Section(console, heading, names.SelectMany(name => options.Where(option => option.Name == name)).Select(Line));
        if (paragraphs.Length < 2)
            return;
        Heading(console, "Example");
        console.WriteLine(Indent + paragraphs[1].Trim());
    }

    private static string Usage(Command command)
    {
        var words = new List<string> { PathOf(command) };
        if (command.Subcommands.Count > 0)
            words.Add("COMMAND");
        words.AddRange(command.Arguments
            .Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name));
        words.AddRange(command.Options.Where(option => option.Required).Select(option => $"{option.Name} {option.HelpName}"));
        if (command.Options.Any(option => !option.Required && !option.Hidden))
            words.Add("[options]");
        return string.Join(' ', words);
    }

    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "databright";

    /// <summary>A command's own options and those that every command has.</summary>
    private static IEnumerable<Option> Options(Command command)
    {
        var inherited = new List<Option>();
        for (var at = command.Parents.OfType<Command>().FirstOrDefault(); at is not null; at = at.Parents.OfType<Command>()
            .FirstOrDefault())
            inherited.AddRange(at.Options.Where(option => option.Recursive));
        return command.Options.Concat(inherited).Where(option => !option.Hidden).DistinctBy(option => option.Name);
    }

    private static bool IsShared(Option option) => Shared.Any(group => group.Names.Contains(option.Name));

    private static (string, string) Line(Option option) => (
        option.HelpName is { } value ? $"{option.Name} {value}" : option.Name,
        option is HelpOption ? "Show this"
            : option is VersionOption ? "Show the version" : option.Description + (option.Required ? " (required)" : ""));

    private static string FirstLine(Command command) => command.Description!.Split('\n')[0];

    private static void Section(IAnsiConsole console, string heading, IEnumerable<(string What, string Says)> lines)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(2)).AddColumn(new GridColumn().PadRight(0));
        var isEmpty = true;
        foreach (var (what, says) in lines)
        {
            grid.AddRow(new Text(what), new Text(says, new Style(Color.Grey)));
            isEmpty = false;
        }

        if (isEmpty)
            return;
        Heading(console, heading);
        console.Write(grid);
    }

    private static void Heading(IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{text}[/]");
    }
}
