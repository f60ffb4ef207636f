using System.CommandLine;
using Spectre.Console;

namespace DataBright.Terminal;

/// <summary>Where a command's words go: a terminal, a pipe, or one JSON document on standard output.</summary>
public sealed class Output(bool json, bool isTerminal, IAnsiConsole console, TextWriter standard, TextWriter error)
{
    /// <summary>A pipe has no width: lines are as long as they need to be.</summary>
    private const int PipeWidth = 4_000;

    private const int ReadingWidth = 110;

    private volatile bool _hasStatus;

    public bool IsJson => json;

    public bool IsTerminal => isTerminal && !json;

    /// <summary>The terminal for tables and live regions; meaningful only where <see cref="IsJson"/> is false.</summary>
    public IAnsiConsole Console => console;

    /// <summary>Whether nothing is said about how far work is.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Whether notes are documents of the same form as lines of the log, which stand among them.</summary>
    public bool NotesAreJson { get; init; }

    public Output WithJsonNotes() => new(json, isTerminal, console, standard, error) { NotesAreJson = true, IsQuiet = IsQuiet };

    public static Output For(ParseResult arguments, TextWriter standard, TextWriter error)
    {
        var isTerminal = ReferenceEquals(standard, System.Console.Out) && !System.Console.IsOutputRedirected;
        return new Output(arguments.GetValue(GlobalOptions.Json), isTerminal, Create(standard, isTerminal), standard,
            error) { IsQuiet = arguments.GetValue(GlobalOptions.Quiet) };
    }

    /// <summary>Says nothing.</summary>
    public static Output Quiet() =>
        new(json: false, isTerminal: false, Create(TextWriter.Null, isTerminal: false), TextWriter.Null, TextWriter.Null);

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
            console.Profile.Width = PipeWidth;
        return console;
    }

    /// <summary>Prints <paramref name="document"/> as JSON, or lets <paramref name="draw"/> say it to a person.</summary>
    public void Show(object document, Action<IAnsiConsole> draw)
    {
        if (json)
            standard.WriteLine(DocumentFormat.Write(document));
        else if (IsTerminal)
            draw(console);
        else
            standard.Write(Plain(draw, PipeWidth));
    }

    /// <summary>Text for a person, whatever the format; lines in a pipe are short enough to read.</summary>
    public void Read(Action<IAnsiConsole> draw)
    {
        if (isTerminal)
            draw(console);
        else
            standard.Write(Plain(draw, ReadingWidth));
    }

    /// <summary>Tables fill their cells up with blanks, which nobody needs in a file.</summary>
    private static string Plain(Action<IAnsiConsole> draw, int width)
    {
        var text = new StringWriter();
        var page = Create(text, isTerminal: false);
        page.Profile.Width = width;
        draw(page);
        return string.Join('\n', text.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
    }

    /// <summary>
    /// A step of long work: to the person, or (with --json) to standard error so that standard output stays one document.
    /// </summary>
    public void Step(string plain)
    {
        plain = TerminalWording.CleanLines(plain);
        if (IsQuiet)
            return;
        if (json)
            error.WriteLine(plain);
        else if (IsTerminal)
            console.MarkupLine(plain.EscapeMarkup());
        else
            standard.WriteLine(plain);
    }

    /// <summary>A line that another program waits for, whatever the format.</summary>
    public void Mark(string line)
    {
        standard.WriteLine(line);
        standard.Flush();
    }

    /// <summary>
    /// Something worth knowing beside the answer, on standard error; on a terminal where a line shows how far work is, above that line.
    /// </summary>
    public void Note(string plain)
    {
        plain = TerminalWording.CleanLines(plain);
        if (NotesAreJson)
            error.WriteLine(DocumentFormat.WriteLine(Noted(plain)));
        else if (_hasStatus)
            console.WriteLine(plain);
        else
            error.WriteLine(plain);
    }

    private static object Noted(string plain) =>
        new { Timestamp = TimeProvider.System.GetUtcNow().UtcDateTime, LogLevel = "Information", Category = "DataBright.Cli",
            Message = plain };

    /// <summary>Runs long work. On a terminal one line shows how far it is; in a pipe each new word about it is a line.</summary>
    public async Task<T> WaitAsync<T>(string what, Func<Action<string>, Task<T>> work)
    {
        if (IsQuiet)
            return await work(_ => { });
        if (IsTerminal)
            return await console.Status().Spinner(Spinner.Known.Dots).SpinnerStyle(Style.Parse("teal"))
                .StartAsync(what.EscapeMarkup(), async context =>
            {
                _hasStatus = true;
                try
                {
                    return await work(
                        state => context.Status($"{what.EscapeMarkup()} [grey]{TerminalWording.Clean(state).EscapeMarkup()}[/]"));
                }
                finally
                {
                    _hasStatus = false;
                }
            });
        var said = "";
        return await work(state =>
        {
            if (state == said)
                return;
            said = state;
            Step($"{what}: {state}");
        });
    }

    public Task WaitAsync(string what, Func<Task> work) => WaitAsync(what, async _ =>
    {
        await work();
        return true;
    });

    public void Fail(string message, int exitCode)
    {
        if (json)
            standard.WriteLine(DocumentFormat.Write(new { error = message, exitCode }));
        else
            error.WriteLine($"databright: {TerminalWording.CleanLines(message)}");
    }
}
