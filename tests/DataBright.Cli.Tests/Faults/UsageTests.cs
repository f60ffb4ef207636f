using DataBright.Terminal;

namespace DataBright.Cli.Tests.Faults;

/// <summary>Words that the command line does not understand, told before anything is touched.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("dataset show 0", "'0' is not the number of a dataset")]
    [InlineData("dataset show -1", "'-1' is not the number of a dataset")]
    [InlineData("dataset show one", "'one' is not the number of a dataset")]
    [InlineData("proposal show 1.0", "'1.0' is not the number of a proposal")]
    [InlineData("model show 99999999999999999999", "is not the number of a model")]
    [InlineData("job show 0x1", "'0x1' is not the number of a job")]
    [InlineData("proposal vote 1 --choice maybe", "'maybe' is not one of no, yes")]
    [InlineData("proposal vote 1", "--choice")]
    [InlineData("share transfer --dataset 1 --to 0x12 --shares 1", "'0x12' is no address")]
    [InlineData("share transfer --dataset 1 --to ada --shares 1,5", "'1,5' is not an amount of shares")]
    [InlineData("job create --dataset 1 --architecture lenet-5 --price 1.0000001", "'1.0000001' is not an amount of money")]
    [InlineData("job create --dataset 1 --architecture lenet-5 --price 1 --redundancy 4", "from 1 to 3")]
    [InlineData("job create --dataset 1 --architecture lenet-5 --price 1 --optimiser rprop", "sgd, adam or adamw")]
    [InlineData("worker register --stake -5", "'-5' is not an amount of money")]
    [InlineData("account new Ada", "'Ada' is no name for an account")]
    [InlineData("account frobnicate", "'frobnicate' is not known here")]
    [InlineData("dataset list --limit 0", "from 1 to")]
    [InlineData("dataset list --rpc localhost", "'localhost' is no URL")]
    [InlineData("up --roles web,judge", "'judge' is not one of")]
    [InlineData("up --metrics ftp://127.0.0.1", "'ftp://127.0.0.1' is no address to serve metrics at")]
    [InlineData("up --otlp 127.0.0.1:4318", "'127.0.0.1:4318' is no address of a collector")]
    [InlineData("up --log loud", "'loud' is no level")]
    [InlineData("up --log debug --log Microsoft=info", "Microsoft is a category of a library")]
    [InlineData("worker start --log loud", "'loud' is no level")]
    [InlineData("model serve 1 --metrics nowhere", "'nowhere' is no address to serve metrics at")]
    public void A_word_that_is_not_understood_is_named_in_one_line(string line, string saying)
    {
        var parsed = Commands.Root().Parse(line.Split(' '));

        parsed.Errors.ShouldNotBeEmpty();
        var failure = Failure.Usage(parsed);
        failure.ExitCode.ShouldBe(ExitCode.Usage);
        failure.Message.ShouldContain(saying);
        failure.Message.ShouldContain(
            $"See: databright {string.Join(' ',
                line.Split(' ').TakeWhile(word => word is not "frobnicate").Take(2).Where(word => !word.StartsWith('-')))}");
        failure.Message.ShouldEndWith("--help");
        failure.Message.ShouldNotContain("\n");
    }

    [Fact]
    public async Task The_program_touches_nothing_before_it_understands_every_word()
    {
        (await Databright.RunAsync(_home.Path, "dataset", "show", "one")).ShouldFailClearly(ExitCode.Usage,
            "'one' is not the number of a dataset", "See: databright dataset show --help");

        Directory.EnumerateFileSystemEntries(_home.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_json_an_error_is_a_document_too()
    {
        var said = await Databright.RunAsync(_home.Path, "dataset", "list", "--json");

        said.ExitCode.ShouldBe(ExitCode.NotFound);
        said.Json.GetProperty("exitCode").GetInt32().ShouldBe(ExitCode.NotFound);
        said.Json.GetProperty("error").GetString()!.ShouldContain("databright up");
    }

    [Fact]
    public async Task A_password_on_the_command_line_is_not_a_thing() =>
        (await Databright.RunAsync(_home.Path, "account", "new", "ada", "--password", "x")).ShouldFailClearly(ExitCode.Usage,
            "not known here");
}
