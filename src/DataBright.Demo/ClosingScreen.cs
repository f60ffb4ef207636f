using System.Globalization;
using Spectre.Console;

namespace DataBright.Demo;

/// <summary>The story's last screen: shares and money by party, what operations cost, and whether the books balance.</summary>
internal sealed class ClosingScreen(DemoReport report)
{
    public void Draw(IAnsiConsole console)
    {
        console.WriteLine();
        console.Write(PartyTable());
        console.WriteLine();
        console.Write(Gas());
        console.WriteLine();
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"   Accuracy      [bold]{report.Accuracy:P2}[/] on the held-out images"));
        console.MarkupLine($"   Checkpoint    {report.Checkpoint}");
        console.MarkupLine(report.Conserved
            ? $"   Money         [green]in = out + held, to the last unit[/] (held: {Held()})"
            : $"   Money         [red]does not balance[/] (held: {Held()})");
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"   Time          {report.Seconds:0.0} s"));
    }

    private string Held() => string.Join(", ", report.Held.Where(pair => pair.Value != "0.00").Select(pair => $"{pair.Key} ${pair.Value}"));

    private Table PartyTable()
    {
        var table = new Table().Border(TableBorder.Simple).Title("[bold]Who owns and who earned[/]")
            .AddColumn("Party").AddColumn(new TableColumn("Shares").RightAligned())
            .AddColumn(new TableColumn("Had $").RightAligned()).AddColumn(new TableColumn("Has $").RightAligned())
            .AddColumn(new TableColumn("Earned $").RightAligned()).AddColumn("");
        foreach (var (name, balance) in report.Balances)
        {
            var colour = balance.Change.StartsWith('+') ? balance.Change == "+0.00" ? "grey" : "green" : "red";
            table.AddRow(name, report.Shares.TryGetValue(name, out var shares) ? Rounded(shares) : "", balance.Before, balance.After,
                $"[{colour}]{balance.Change}[/]", Remark(name));
        }

        return table;
    }

    private Table Gas()
    {
        var table = new Table().Border(TableBorder.Simple).Title("[bold]Gas[/]")
            .AddColumn("Operation").AddColumn(new TableColumn("Times").RightAligned()).AddColumn(new TableColumn("Median").RightAligned());
        foreach (var (name, line) in report.Gas
            .Where(pair => pair.Key.Contains('.', StringComparison.Ordinal) && !pair.Key.StartsWith("money.", StringComparison.Ordinal)))
            table.AddRow(name, line.Count.ToString(CultureInfo.InvariantCulture), line.Median.ToString("N0", CultureInfo.InvariantCulture));
        return table;
    }

    private string Remark(string name) => name switch
    {
        _ when report.Accepted.Contains(name) => "[green]voted in[/]",
        _ when report.Rejected.Contains(name) => "[red]voted out[/]",
        _ when report.Convicted.Contains(name) => "[red]convicted[/]",
        Parties.Initiator => "[grey]founded the dataset[/]",
        Parties.Buyer => "[grey]bought the model[/]",
        Parties.Customer => "[grey]bought predictions[/]",
        Parties.Server => "[grey]served them[/]",
        Parties.Relayer => "[grey]paid a voter’s gas[/]",
        _ => "",
    };

    private static string Rounded(string shares) =>
        decimal.Parse(shares, CultureInfo.InvariantCulture).ToString("N1", CultureInfo.InvariantCulture);
}
