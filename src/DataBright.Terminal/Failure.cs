using System.CommandLine;

namespace DataBright.Terminal;

/// <summary>A failure the user can act on: one line that says what is wrong and what to do, and an exit code.</summary>
public sealed class Failure(int exitCode, string message) : DataBrightException(KindOf(exitCode), message)
{
    public int ExitCode { get; } = exitCode;

    public static Failure Usage(ParseResult parsed) =>
        new(Terminal.ExitCode.Usage, $"{Telling(parsed)}. See: databright {Path(parsed)}--help");

    public int Report(Output output)
    {
        output.Fail(Message, ExitCode);
        return ExitCode;
    }

    /// <summary>An unknown word explains a missing one, not the other way round.</summary>
    private static string Telling(ParseResult parsed) => parsed.UnmatchedTokens.Count > 0
        ? $"'{parsed.UnmatchedTokens[0]}' is not known here"
        : LibraryWords.OfParsing(parsed.Errors[0].Message).TrimEnd('.');

    private static FailureKind KindOf(int exitCode) => exitCode switch
    {
        Terminal.ExitCode.NotFound => FailureKind.NotFound,
        Terminal.ExitCode.Unreachable => FailureKind.Unavailable,
        Terminal.ExitCode.BadInput or Terminal.ExitCode.Usage => FailureKind.Malformed,
        Terminal.ExitCode.HomeUnusable => FailureKind.Damaged,
        Terminal.ExitCode.Denied => FailureKind.Denied,
        _ => FailureKind.Refused,
    };

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var at = parsed.CommandResult; at?.Parent is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, at.Command.Name);
        return string.Concat(names.Select(n => n + " "));
    }
}
