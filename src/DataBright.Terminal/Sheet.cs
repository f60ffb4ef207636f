using Spectre.Console;

namespace DataBright.Terminal;

/// <summary>How tables look here: no frames, quiet heads, numbers to the right.</summary>
public static class Sheet
{
    /// <summary>A cell that is wider than the page would leave nothing of the others, and anyone can write one into the ledger.</summary>
    private const int MaxInCell = 400;

    /// <param name="columns">The heads; one that begins with &gt; is of numbers.</param>
    public static Table Of(params string[] columns)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var column in columns)
        {
            var isNumber = column.StartsWith('>');
            var head = new TableColumn($"[grey]{column.TrimStart('>').EscapeMarkup()}[/]") { NoWrap = true,
                Padding = new Padding(0, 0, 2, 0) };
            table.AddColumn(isNumber ? head.RightAligned() : head);
        }

        return table;
    }

    public static Table Row(this Table table, params object?[] cells) =>
        table.AddRow(
            [.. cells.Select(cell => cell is null ? new Text("–") : new Text(TerminalWording.Cut(TerminalWording.Of(cell), MaxInCell)))]);

    /// <summary>One thing: what it is, line by line.</summary>
    public static Grid Facts(params (string What, object? Value)[] facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn().PadRight(0));
        foreach (var (what, value) in facts)
            if (value is not null)
                grid.AddRow(new Text(what, new Style(Color.Grey)), new Text(TerminalWording.Of(value)));
        return grid;
    }

    /// <summary>A list, or one sentence where it is empty.</summary>
    public static void List(this IAnsiConsole console, Table table, string whenEmpty)
    {
        if (table.Rows.Count == 0)
            console.WriteLine(whenEmpty);
        else
            console.Write(table);
    }

    public static void Heading(this IAnsiConsole console, string text) => console.MarkupLine($"[bold]{text.EscapeMarkup()}[/]");
}
