using DataBright.Cli.Terminal;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market;
using DataBright.Market.Storage;
using Microsoft.Data.Sqlite;

namespace DataBright.Cli.Tests.Terminal;

/// <summary>What the libraries throw becomes one line and the right code; none of it is called a mistake of the program.</summary>
public sealed class TranslationTests
{
    private static readonly Uri Chain = new("http://127.0.0.1:1");

    public static TheoryData<Exception, int> Thrown => new()
    {
        { RuleBrokenException.Of(Rule.DatasetUnknown), ExitCode.NotFound },
        { RuleBrokenException.Of(Rule.AlreadyVoted), ExitCode.Refused },
        { new RpcException("eth_sendRawTransaction", -32003, "Insufficient funds for gas * price + value"), ExitCode.Refused },
        { new RpcException("eth_call", -32000, "out of memory"), ExitCode.Unreachable },
        { new ChainException(ChainFault.NotJsonRpc, Chain, "answered a web page", "Check the URL."), ExitCode.Unreachable },
        { new EmbeddedChainException("The embedded chain did not answer."), ExitCode.Unreachable },
        { new KeystoreException("The password is wrong."), ExitCode.Denied },
        { new MalformedInputException("train-images", "cut off"), ExitCode.BadInput },
        { new FormatException("The shard is cut off."), ExitCode.BadInput },
        { new BlobMissingException(Cid.Raw(default), "blobs"), ExitCode.BadInput },
        { new OperationCanceledException(), ExitCode.Interrupted },
        { new IOException("full", 28), ExitCode.HomeUnusable },
        { new SqliteException("database or disk is full", 13), ExitCode.HomeUnusable },
        { new SqliteException("unable to open database file", 14), ExitCode.HomeUnusable },
        { new SqliteException("database disk image is malformed", 11), ExitCode.HomeUnusable },
        { new SqliteException("database is locked", 5), ExitCode.HomeUnusable },
        { new SqliteException("file is not a database", 26), ExitCode.HomeUnusable },
        { new FileNotFoundException("gone", "plan.json"), ExitCode.BadInput },
        { new UnauthorizedAccessException("Access to the path is denied."), ExitCode.HomeUnusable },
        { new HttpRequestException("Connection refused (127.0.0.1:1)"), ExitCode.Unreachable },
    };

    [Theory]
    [MemberData(nameof(Thrown))]
    public void Every_fault_that_is_not_the_programs_has_its_code_and_one_line(Exception thrown, int code)
    {
        var failure = Translation.Of(thrown);

        failure.ExitCode.ShouldBe(code);
        failure.Message.ShouldNotContain("\n");
        failure.Message.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void A_fault_of_the_program_says_so_and_shows_where()
    {
        var failure = Translation.Of(new InvalidOperationException("impossible"));

        failure.ExitCode.ShouldBe(ExitCode.Bug);
        failure.Message.ShouldContain("impossible");
        Translation.Of(new SqliteException("no such column: cheese", 1)).ExitCode.ShouldBe(ExitCode.Bug);
    }
}
