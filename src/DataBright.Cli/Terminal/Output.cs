using System.CommandLine;
using Spectre.Console;

namespace DataBright.Cli.Terminal;

/// <summary>Where a command's words go: a terminal, a pipe, or one JSON document on standard output.</summary>
internal sealed class Output(bool json, IAnsiConsole console, TextWriter standard, TextWriter error)
{
    public bool IsJson => json;

    public bool IsTerminal => !json && !System.Console.IsOutputRedirected;

    /// <summary>The terminal for tables and live regions; meaningful only where <see cref="IsJson"/> is false.</summary>
    public IAnsiConsole Console => console;

    public static Output For(ParseResult arguments)
    {
        var json = arguments.GetValue(GlobalOptions.Json);
        var terminal = !System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(System.Console.Out),
        });
        if (!terminal)
            console.Profile.Width = 140; // a pipe has no width: keep tables on one line each
        return new Output(json, console, System.Console.Out, System.Console.Error);
    }

    /// <summary>Prints <paramref name="document"/> as JSON, or lets <paramref name="draw"/> say it to a person.</summary>
    public void Show(object document, Action<IAnsiConsole> draw)
    {
        if (json)
            standard.WriteLine(DocumentFormat.Write(document));
        else
            draw(console);
    }

    /// <summary>A step of long work: to the person, or (with --json) to standard error so that standard output stays one document.</summary>
    public void Step(string plain)
    {
        if (json)
            error.WriteLine(plain);
        else
            standard.WriteLine(plain);
    }

    /// <summary>Something worth knowing beside the answer, on standard error.</summary>
    public void Note(string plain) => error.WriteLine(plain);

    /// <summary>Runs long work. On a terminal one line shows how far it is; in a pipe each new word about it is a line.</summary>
    public async Task<T> WaitAsync<T>(string what, Func<Action<string>, Task<T>> work)
    {
        if (IsTerminal)
            return await console.Status().Spinner(Spinner.Known.Dots).SpinnerStyle(Style.Parse("teal")).StartAsync(
                what.EscapeMarkup(),
                context => work(state => context.Status($"{what.EscapeMarkup()} [grey]{state.EscapeMarkup()}[/]")));
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
            error.WriteLine($"databright: {message}");
    }
}
