using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>Whoever names something, or writes words that stay, cannot make them show other than they are.</summary>
[Collection(nameof(RunningMarket))]
public sealed class NameTests(RunningMarket market) : IDisposable
{
    private const string Turned = "a\u202Egnp.exe\u200B";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--name", Turned)]
    [InlineData("--name", " ")]
    [InlineData("--symbol", "DI\u200BG")]
    [InlineData("--symbol", "\u2066D")]
    public async Task A_dataset_is_founded_under_no_such_name(string option, string text)
    {
        var before = (await market.RunAsync("dataset", "list", "--json")).ShouldSucceed().Json.GetArrayLength();

        var refused = (await market.CreateDatasetAsync("--key", "ines", option, text)).ExitCode;

        refused.ShouldBe(ExitCode.Usage);
        (await market.RunAsync("dataset", "list", "--json")).ShouldSucceed().Json.GetArrayLength().ShouldBe(before);
    }

    [Theory]
    [InlineData("vote", "1", "--choice", "yes", "--reason", Turned)]
    [InlineData("delist", "--dataset", "1", "--number", "1", "--reason", Turned)]
    [InlineData("replace", "--dataset", "1", "--none", "--reason", Turned)]
    public async Task A_reason_that_hides_something_is_refused(params string[] words) =>
        (await market.RunAsync(["proposal", .. words, "--key", "ines"])).ShouldFailClearly(ExitCode.Usage, "U+202E");

    [Theory]
    [InlineData("\u202E")]
    [InlineData("\u200B")]
    [InlineData("\u001B[2J")]
    public async Task A_description_that_hides_something_is_refused(string odd)
    {
        File.WriteAllText(_folder["about.md"], $"# Digits\n\nGood {odd} data.\n");

        (await market.RunAsync(
            "request", "create", "--description", _folder["about.md"], "--like", "1", "--reward", "1", "--key", "ines"))
            .ShouldFailClearly(ExitCode.BadInput, "about.md");
        (await market.CreateDatasetAsync("--key", "ines", "--description", _folder["about.md"])).ExitCode.ShouldBe(ExitCode.BadInput);
    }
}
