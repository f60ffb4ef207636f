using DataBright.Cli.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>Where passwords come from: a file, the environment, or the keyboard without an echo. Never the command line, which others can see.</summary>
internal static class Password
{
    public const string Variable = "DATABRIGHT_PASSWORD";

    /// <exception cref="Failure">There is none, and nobody to ask.</exception>
    public static string Read(string? file, string account) => Given(file) ?? Ask($"Password of {account}");

    /// <summary>For a new key: typed twice, because nobody can recover it.</summary>
    public static string Choose(string? file)
    {
        if (Given(file) is { } given)
            return given;
        var chosen = Ask("New password");
        return chosen == Ask("The same again") ? chosen : throw new Failure(ExitCode.Denied, "The two passwords differ; nothing was written. Try again.");
    }

    private static string? Given(string? file)
    {
        if (file is null)
            return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : null;
        return FirstLine(file, "password");
    }

    /// <exception cref="Failure">There is no such file, or nothing in its first line.</exception>
    public static string FirstLine(string file, string what)
    {
        if (!File.Exists(file))
            throw new Failure(ExitCode.BadInput, $"The {what} file {file} does not exist.");
        return File.ReadLines(file).FirstOrDefault() is { Length: > 0 } line
            ? line
            : throw new Failure(ExitCode.BadInput, $"The first line of the {what} file {file} is empty.");
    }

    private static string Ask(string what) => Ask(what, $"A password is needed: name a file with --password-file, or set {Variable}.");

    /// <param name="what">What is asked for.</param>
    /// <param name="otherwise">What is said where nobody can be asked.</param>
    /// <exception cref="Failure">Nobody can be asked.</exception>
    public static string Ask(string what, string otherwise)
    {
        if (Console.IsInputRedirected)
            throw new Failure(ExitCode.Denied, otherwise);
        // To standard error, so that --json leaves one document on standard output.
        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return screen.Prompt(new TextPrompt<string>($"{what.EscapeMarkup()}:").Secret(null));
    }
}
