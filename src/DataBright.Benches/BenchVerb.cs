using DataBright.Learning.Benchmarks;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Benches;

/// <summary>Measures bars and prints them; with --json as an array. A bar that was measured and does not hold is a failed check.</summary>
public abstract class BenchVerb(string name, string description, string example) : Verb(name, description, example)
{
    protected static int Tell(Output output, IReadOnlyList<BenchBar> bars)
    {
        output.Show(bars, console =>
        {
            var table = Sheet.Of("Bar", ">Value", "", ">Limit", ">Reference", ">Ratio", "Holds");
            foreach (var bar in bars)
                table.Row(bar.Bar, Figure(bar.Value), bar.Unit, Figure(bar.Limit), Figure(bar.Reference), Figure(bar.Ratio),
                    bar.Holds is { } holds ? (holds ? "yes" : "NO") : "not known");
            console.Write(table);
            foreach (var bar in bars.Where(bar => bar.Note is not null))
                console.MarkupLine($"[grey]{bar.Bar.EscapeMarkup()}: {bar.Note!.EscapeMarkup()}[/]");
        });
        return bars.Any(bar => bar.Holds == false) ? ExitCode.CheckFailed : ExitCode.Done;
    }

    /// <summary>Each figure as it is known.</summary>
    protected sealed class Told(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }

    private static string? Figure(double? value) =>
        value?.ToString(value % 1 == 0 ? "N0" : "0.##", System.Globalization.CultureInfo.InvariantCulture);
}
