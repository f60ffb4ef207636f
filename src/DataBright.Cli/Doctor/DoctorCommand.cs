using System.CommandLine;
using DataBright.Ethereum;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using Spectre.Console;

namespace DataBright.Cli.Doctor;

/// <summary>Says what this machine has, what it lacks, and what that costs.</summary>
internal sealed class DoctorCommand : Verb
{
    private readonly Func<CancellationToken, Task<Finding>> _curve;
    private readonly Option<bool> _selfTest = new(SelfTest.Option) { Description = "Run the self test of libsecp256k1 and nothing else",
        Hidden = true };

    public DoctorCommand()
        : this(SelfTest.RunAsync)
    {
    }

    /// <param name="curve">Finds out whether the curve's library works.</param>
    internal DoctorCommand(Func<CancellationToken, Task<Finding>> curve)
        : base("doctor", "Check this machine and the data folder", "doctor")
    {
        _curve = curve;
        Options.Add(_selfTest);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        if (arguments.GetValue(_selfTest))
        {
            CurveSelfTest.Run();
            return ExitCode.Done;
        }
        var findings = await Examination.AllAsync(HomeFolder.Of(arguments), _curve, stop);
        var healthy = findings.All(finding => finding.State != Health.Missing);
        output.Show(new { findings, libraries = Libraries.All(), healthy }, console => console.Write(Draw(findings)));
        return healthy ? ExitCode.Done : ExitCode.CheckFailed;
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
