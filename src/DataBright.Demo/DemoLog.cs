using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Demo;

/// <summary>Tells the story: chapters and lines on a terminal, plain lines in a pipe, on standard error with --json.</summary>
internal sealed class DemoLog(Output output)
{
    private int _chapter;

    public void Chapter(string title)
    {
        _chapter++;
        if (output.IsQuiet)
            return;
        if (output.IsTerminal)
        {
            output.Console.WriteLine();
            output.Console.MarkupLine($"[bold teal]{_chapter}[/]  [bold]{title.EscapeMarkup()}[/]");
        }
        else
        {
            output.Step($"{_chapter}  {title}");
        }
    }

    public void Line(string text) => Write(text, "default");

    public void Detail(string text) => Write(text, "grey");

    public void Good(string text) => Write("✓ " + text, "green");

    public void Bad(string text) => Write("✗ " + text, "red");

    /// <summary>Runs long work; on a terminal one line shows how far it is.</summary>
    public async Task<T> WaitAsync<T>(string what, Func<Action<string>, Task<T>> work)
    {
        if (!output.IsTerminal || output.IsQuiet)
            return await work(_ => { });
        return await output.Console.Status().Spinner(Spinner.Known.Dots).SpinnerStyle(Style.Parse("teal"))
            .StartAsync($"   {what.EscapeMarkup()}",
                context =>
                    work(state => context.Status($"   {what.EscapeMarkup()} [grey]{TerminalWording.Clean(state).EscapeMarkup()}[/]")));
    }

    private void Write(string text, string colour)
    {
        if (output.IsQuiet)
            return;
        if (output.IsTerminal)
            output.Console.MarkupLine($"   [{colour}]{TerminalWording.Clean(text).EscapeMarkup()}[/]");
        else
            output.Step("   " + text);
    }
}
