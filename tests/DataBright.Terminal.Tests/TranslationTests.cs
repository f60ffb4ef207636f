using System.Globalization;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;
using Microsoft.Data.Sqlite;

namespace DataBright.Terminal.Tests;

/// <summary>What the libraries throw becomes one line and the right code; none of it is called a mistake of the program.</summary>
public sealed class TranslationTests
{
    private static readonly Uri Chain = new("http://127.0.0.1:1");

    public static TheoryData<Exception, int> Thrown => new()
    {
        { RuleBrokenException.Of(Rule.DatasetUnknown), ExitCode.NotFound },
        { RuleBrokenException.Of(Rule.AlreadyVoted), ExitCode.Refused },
        { new TypeInitializationException("Curve", new DllNotFoundException("Unable to load shared library 'secp256k1'")),
            ExitCode.Unreachable },
        { new DllNotFoundException("Unable to load shared library 'e_sqlite3'"), ExitCode.Unreachable },
        { new RpcException("eth_sendRawTransaction", -32003, "Insufficient funds for gas * price + value"), ExitCode.Refused },
        { new RpcException("eth_call", -32000, "out of memory"), ExitCode.Unreachable },
        { new ChainException(ChainFault.NotJsonRpc, Chain, "answered a web page", "Check the URL."), ExitCode.Unreachable },
        { new TransactionSentException(Hash32.Zero, 1, 7,
            new ChainException(ChainFault.Malformed, Chain, "answered oddly", "Try another one.")), ExitCode.Unreachable },
        { new ChainException(ChainFault.TooDear, Chain, "asks too much", "Nothing was sent."), ExitCode.Unreachable },
        { new EmbeddedChainException("The embedded chain did not answer."), ExitCode.Unreachable },
        { new KeystoreException("The password is wrong.", isPassword: true), ExitCode.Denied },
        { new KeystoreException("The keystore is no JSON."), ExitCode.BadInput },
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

    [Fact]
    public void What_does_not_exist_has_one_code_for_every_noun()
    {
        foreach (var rule in Rule.All)
            Translation.Of(RuleBrokenException.Of(rule)).ExitCode.ShouldBe(rule.ToString().EndsWith("Unknown", StringComparison.Ordinal)
                ? ExitCode.NotFound : ExitCode.Refused, $"{rule}");
    }

    [Theory]
    [MemberData(nameof(Thrown))]
    public void Every_fault_that_is_not_the_programs_has_its_code_and_one_line(Exception thrown, int code)
    {
        var failure = Translation.Of(thrown);

        failure.ExitCode.ShouldBe(code);
        failure.Message.ShouldNotContain("\n");
        failure.Message.ShouldNotBeNullOrWhiteSpace();
    }

    /// <summary>What libraries say names their types, numbers and inner exceptions; none of that is for people.</summary>
    [Fact]
    public void No_librarys_own_words_reach_a_person()
    {
        Exception[] raw =
        [
            Caught(() => int.Parse("x", CultureInfo.InvariantCulture)), Caught(() => Convert.FromBase64String("%")),
            Caught(() => Guid.Parse("x")), Caught(() => JsonDocument.Parse("{\"a\":")),
            Caught(() => JsonSerializer.Deserialize<Dictionary<string, int>>("{\"a\":\"b\"}")),
            Caught(() => new System.IO.Compression.GZipStream(new MemoryStream([1, 2, 3]), System.IO.Compression.CompressionMode.Decompress)
                .ReadByte()),
            new SqliteException("SQLite Error 14: 'unable to open database file'.", 14),
            new SqliteException("SQLite Error 5: 'database is locked'.", 5),
            new SqliteException("SQLite Error 11: 'database disk image is malformed'.", 11),
            new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused (127.0.0.1:7007)"),
            new HttpRequestException(HttpRequestError.SecureConnectionError,
                "The SSL connection could not be established, see inner exception."),
            new HttpRequestException(HttpRequestError.NameResolutionError, "Name or service not known (node.example:80)"),
            new HttpRequestException(HttpRequestError.ResponseEnded, "An error occurred while sending the request."),
        ];
        foreach (var thrown in raw)
        {
            var failure = Translation.Of(thrown);
            failure.ExitCode.ShouldNotBe(ExitCode.Bug, thrown.ToString());
            failure.Message.ShouldNotContain(thrown.Message.TrimEnd('.'));
            foreach (var odd in new[] { "System.", "SQLite Error", "inner exception", "LineNumber", "Path:", "Exception" })
                failure.Message.ShouldNotContain(odd);
        }
        Translation.Of(raw[9]).Message.ShouldContain("127.0.0.1:7007");
        Translation.Of(raw[11]).Message.ShouldContain("node.example:80");
        Translation.Of(Caught(() => throw new FormatException("The shard is cut off."))).Message.ShouldBe("The shard is cut off.");
    }

    [Theory]
    [InlineData("Cannot parse argument 'many' for option '--limit' as expected type 'System.Int32'.",
        "'many' is not what --limit takes: a whole number")]
    [InlineData("Cannot parse argument 'x' for argument 'ID' as expected type 'System.Single'.", "'x' is not what ID takes: a number")]
    [InlineData("Required argument missing for command: 'show'.", "Required argument missing for command: 'show'.")]
    public void What_the_parser_says_is_said_for_people(string message, string words) => LibraryWords.OfParsing(message).ShouldBe(words);

    private static Exception Caught(Action act) => Should.Throw<Exception>(act);

    [Fact]
    public void A_fault_of_the_program_says_so_and_shows_where()
    {
        var failure = Translation.Of(new InvalidOperationException("impossible"));

        failure.ExitCode.ShouldBe(ExitCode.Bug);
        failure.Message.ShouldContain("impossible");
        Translation.Of(new SqliteException("no such column: cheese", 1)).ExitCode.ShouldBe(ExitCode.Bug);
    }
}
