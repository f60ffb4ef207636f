using System.Text;
using DataBright.Cli.Access;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Tests.Access;

/// <summary>What others wrote, and what others send, on this person's terminal.</summary>
public sealed class StrangersWordsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Words_of_others_move_no_cursor(bool isError)
    {
        var (standard, error) = (new StringWriter(), new StringWriter());
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(standard) });
        var output = new Output(json: false, isTerminal: false, console, standard, error);
        const string hostile = "all is well\u001b[2J\u001b]0;title\u0007\u202E\nsecond line";

        if (isError)
        {
            output.Note(hostile);
            output.Fail(hostile, 1);
        }
        else
        {
            output.Step(hostile);
            await output.WaitAsync("Job 1", report =>
            {
                report(hostile);
                return Task.FromResult(true);
            });
        }

        var said = (isError ? error : standard).ToString();
        said.ShouldContain("second line");
        said.Replace("\n", "", StringComparison.Ordinal).ShouldAllBe(letter => !char.IsControl(letter) && letter != '\u202E');
    }

    [Fact]
    public async Task A_stream_of_many_short_events_goes_on_and_one_without_an_end_does_not()
    {
        var events = string.Concat(Enumerable.Repeat("event: news\r\ndata: short\r\n\r\n", 100));
        (await ReadAsync(events)).ShouldBe(events.Length);
        await Should.ThrowAsync<InvalidDataException>(() => ReadAsync("data: " + new string('x', 100)));
        await Should.ThrowAsync<InvalidDataException>(() => ReadAsync(string.Concat(Enumerable.Repeat("data: x\n", 20))));
    }

    private static async Task<int> ReadAsync(string text)
    {
        await using var bounded = new EventBound(new MemoryStream(Encoding.UTF8.GetBytes(text)), 64,
            () => new InvalidDataException("too long"));
        var (all, buffer) = (0, new byte[7]);
        for (int read; (read = await bounded.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;) all += read;
        return all;
    }
}
