using DataBright.Demo;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Tests;

/// <summary>With --quiet nothing is said of how far work is; what it came to, what went wrong and what others wait for is.</summary>
public sealed class QuietTests : IDisposable
{
    private readonly StringWriter _standard = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _standard.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Progress_is_left_out(bool json, bool isTerminal)
    {
        var output = Quiet(json, isTerminal);
        var narrator = new DemoLog(output);

        output.Step("a step");
        (await output.WaitAsync("Working", report =>
        {
            report("half way");
            return Task.FromResult(7);
        })).ShouldBe(7);
        await output.WaitAsync("Posting", () => Task.CompletedTask);
        narrator.Chapter("One");
        narrator.Line("a line");
        narrator.Good("well");
        (await narrator.WaitAsync("Training", report =>
        {
            report("round 1");
            return Task.FromResult(8);
        })).ShouldBe(8);

        _standard.ToString().ShouldBeEmpty();
        _error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Results_failures_and_marks_are_said()
    {
        var output = Quiet(json: false, isTerminal: false);

        output.Show(new { id = 1 }, console => console.WriteLine("Dataset 1"));
        output.Mark("ready http://127.0.0.1:1");
        output.Note("worth knowing");
        output.Fail("It went wrong.", 1);

        _standard.ToString().ShouldContain("Dataset 1");
        _standard.ToString().ShouldContain("ready http://127.0.0.1:1");
        _error.ToString().ShouldContain("worth knowing");
        _error.ToString().ShouldContain("It went wrong.");
    }

    [Fact]
    public void A_command_hears_it_and_so_does_one_that_logs()
    {
        var parsed = Commands.Root().Parse(["account", "list", "--quiet"]);

        var output = Output.For(parsed, _standard, _error);

        output.IsQuiet.ShouldBeTrue();
        output.WithJsonNotes().IsQuiet.ShouldBeTrue();
    }

    private Output Quiet(bool json, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_standard) });
        return new Output(json, isTerminal, console, _standard, _error) { IsQuiet = true };
    }
}
