namespace DataBright.EndToEnd;

/// <summary>What a stranger types first.</summary>
public sealed class FirstContactTests
{
    [Fact]
    public async Task Without_words_it_says_where_to_start()
    {
        var said = await Databright.RunAsync(home: null);

        said.ExitCode.ShouldBe(0);
        said.Output.ShouldContain("databright demo");
    }

    [Fact]
    public async Task An_unknown_word_gets_one_line_and_the_usage_code() =>
        (await Databright.RunAsync(home: null, "frobnicate")).ShouldFailClearly(2, "'frobnicate' is not known here");

    [Fact]
    public async Task The_doctor_finds_what_the_market_needs()
    {
        using var home = new TemporaryFolder();

        var said = await Databright.RunAsync(home.Path, "doctor", "--json");

        said.ExitCode.ShouldBe(0, said.Error);
        said.Json.GetProperty("healthy").GetBoolean().ShouldBeTrue();
    }
}
