using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Accounts.Mnemonics;

/// <summary>Where words are shown and typed: at a terminal, and gone from it afterwards.</summary>
internal static class MnemonicPrompt
{
    private const int Columns = 4;

    /// <exception cref="Failure">Nobody is there who could write them down.</exception>
    public static void RequireTerminal()
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
            throw new Failure(ExitCode.Usage,
                "The words are shown once, on a terminal, to be written down; here is none. A program that keeps them safe can have them "
                + "printed with --print-words.");
    }

    /// <summary>Shows the words until Enter is pressed, on a screen of their own that leaves nothing in the terminal's history.</summary>
    /// <exception cref="OperationCanceledException">Ctrl-C was pressed instead.</exception>
    public static void Show(IReadOnlyList<string> words, CancellationToken stop)
    {
        var screen = Screen();
        if (screen.Profile.Capabilities.AlternateBuffer)
            screen.AlternateScreen(() => Draw(screen, words, stop));
        else
            Draw(screen, words, stop);
    }

    /// <summary>The words that somebody has: typed without an echo, or from standard input.</summary>
    /// <exception cref="Failure">There are none.</exception>
    public static string Read()
    {
        if (!Console.IsInputRedirected)
            return Screen().Prompt(new TextPrompt<string>("The words of the mnemonic, in order (they are not shown):").Secret(null));
        var buffer = new char[MnemonicPhrase.MaxCharacters + 1];
        var length = Console.In.ReadBlock(buffer, 0, buffer.Length);
        var text = new string(buffer, 0, length);
        Array.Clear(buffer);
        return string.IsNullOrWhiteSpace(text) ? throw new Failure(ExitCode.BadInput, "Standard input has no words of a mnemonic.") : text;
    }

    private static void Draw(IAnsiConsole screen, IReadOnlyList<string> words, CancellationToken stop)
    {
        var grid = new Grid();
        for (var column = 0; column < Columns; column++)
            grid.AddColumn(new GridColumn().NoWrap().PadRight(4));
        var rows = (words.Count + Columns - 1) / Columns;
        for (var row = 0; row < rows; row++)
            grid.AddRow([.. Enumerable.Range(0, Columns).Select(column => row + column * rows)
                .Select(place => new Text(place < words.Count ? $"{place + 1,2}  {words[place]}" : ""))]);
        screen.MarkupLine("[bold]The words of your new account[/]");
        screen.WriteLine();
        screen.Write(grid);
        screen.WriteLine();
        screen.WriteLine("Write them down on paper, in order. Whoever has them has the account; without");
        screen.WriteLine("them nobody can bring it back. They are shown once and kept nowhere.");
        screen.WriteLine();
        screen.Markup("[grey]Enter when you have them; Ctrl-C makes no account.[/] ");
        // Reading a line does not end by Ctrl-C once that is a cancellation; waiting for the line does.
        var pressed = new SemaphoreSlim(0);
        ThreadPool.QueueUserWorkItem(_ =>
        {
            Console.ReadLine();
            pressed.Release();
        });
        pressed.Wait(stop);
    }

    /// <summary>On standard error, so that --json leaves one document on standard output.</summary>
    private static IAnsiConsole Screen() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}
