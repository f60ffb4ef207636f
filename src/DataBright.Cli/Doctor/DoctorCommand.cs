using System.CommandLine;
using DataBright.Cli.Home;
using DataBright.Cli.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Doctor;

/// <summary>Says what this machine has, what it lacks, and what that costs.</summary>
internal sealed class DoctorCommand() : Verb("doctor", "Check this machine and the data folder", "doctor")
{
    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var findings = await Examination.AllAsync(HomeFolder.Of(arguments), stop);
        output.Show(new { findings, healthy = findings.All(f => f.State != Health.Missing) }, console => console.Write(Draw(findings)));
        return findings.Any(f => f.State == Health.Missing) ? ExitCode.CheckFailed : ExitCode.Done;
    }

    private static Table Draw(IReadOnlyList<Finding> findings)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "", "");
        foreach (var finding in findings)
        {
            var mark = finding.State switch { Health.Good => "[green]✓[/]", Health.Optional => "[yellow]–[/]", _ => "[red]✗[/]" };
            table.AddRow(mark, $"[bold]{finding.What.EscapeMarkup()}[/]", finding.Says.EscapeMarkup());
        }

        return table;
    }
}
