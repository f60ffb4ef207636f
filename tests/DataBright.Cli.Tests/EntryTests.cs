using DataBright.Terminal;

namespace DataBright.Cli.Tests;

public sealed class EntryTests
{
    [Theory]
    [InlineData("dataset list --limit many", "'many' is no whole number")]
    [InlineData("up --watch-nothing", "not known here")]
    [InlineData("proposal create --take few --dataset 1", "'few'")]
    public async Task No_parsers_own_words_reach_a_person(string words, string saying)
    {
        StringWriter output = new(), error = new();

        (await Entry.RunAsync(words.Split(' '), output, error, TestContext.Current.CancellationToken)).ShouldBe(ExitCode.Usage);

        error.ToString().ShouldContain(saying);
        error.ToString().ShouldNotContain("System.");
        error.ToString().ShouldNotContain("expected type");
    }
}
