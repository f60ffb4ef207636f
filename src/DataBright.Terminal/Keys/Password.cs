using System.Text;
using DataBright.Terminal.Processes;
using Spectre.Console;

namespace DataBright.Terminal.Keys;

/// <summary>
/// Where passwords come from: a file, the environment, or the keyboard without an echo. Never the command line, which others can see.
/// </summary>
public static class Password
{
    public const string Variable = SecretVariables.Password;

    /// <exception cref="Failure">There is none, and nobody to ask.</exception>
    public static string Read(string? file, string account) => Given(file) ?? Ask($"Password of {account}");

    /// <summary>For a new key: typed twice, because nobody can recover it.</summary>
    public static string Choose(string? file)
    {
        if (Given(file) is { } given)
            return given;
        var chosen = Ask("New password");
        return chosen == Ask("The same again")
            ? chosen : throw new Failure(ExitCode.Denied, "The two passwords differ; nothing was written. Try again.");
    }

    private static string? Given(string? file)
    {
        if (file is null)
            return OfVariable(Variable);
        return FirstLine(file, "password");
    }

    /// <returns>Null where nothing is set.</returns>
    /// <exception cref="Failure">What is set is no text in UTF-8.</exception>
    public static string? OfVariable(string variable) =>
        SecretVariables.Find(variable) is { } set ? RequireText(set, $"What {variable} holds") : null;

    /// <exception cref="Failure">There is no such file, it is no text in UTF-8, or nothing is in its first line.</exception>
    public static string FirstLine(string file, string what)
    {
        return ReadLine(file, what) is { Length: > 0 } line
            ? line
            : throw new Failure(ExitCode.BadInput, $"The first line of the {what} file {file} is empty.");
    }

    private static string? ReadLine(string file, string what)
    {
        try
        {
            // What looks like UTF-16 is none either: other wallets would take its bytes for another password.
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
            using var reader = new StreamReader(GivenFile.Open(file), strict, detectEncodingFromByteOrderMarks: false);
            return reader.ReadLine() is { } line ? RequireText(line, $"The {what} file {file}") : null;
        }
        catch (DecoderFallbackException)
        {
            throw NoText($"The {what} file {file}");
        }
    }

    /// <summary>
    /// Bytes that are no UTF-8 were read as U+FFFD: passwords that differ in them would all be one, and open the key in no other wallet.
    /// A text in UTF-16 without a mark has zeros between its letters.
    /// </summary>
    private static string RequireText(string text, string whose) => text.AsSpan().ContainsAny('\uFFFD', '\0') ? throw NoText(whose) : text;

    private static Failure NoText(string whose) => new(ExitCode.BadInput, $"{whose} is no text in UTF-8. Write it anew as UTF-8.");

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
