using DataBright.Cli.Requests;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>Data that is wanted: asked for, answered, sponsored, paid for, and what is left given back.</summary>
[Collection(nameof(MovedMarket))]
public sealed class RequestTests(RunningMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_request_is_answered_and_pays_for_what_is_accepted_and_gives_back_the_rest()
    {
        var wanted = _folder["wanted.md"];
        File.WriteAllText(wanted, "Bars of every height. Licence: CC0.");
        var dataset =
            $"{(await market.CreateDatasetAsync("--key", "ines", "--voting-period", "1h")).ShouldSucceed().Json.GetProperty("id")
                .GetInt32()}";
        await market.PartyAsync("bea");
        var id =
            (await market.RunAsync("request", "create", "--description", wanted, "--schema", "u8 1x28x28 10", "--reward", "0.5", "--pot",
                "20", "--open-for", "2d", "--key", "bea", "--json"))
            .ShouldSucceed().Json.GetProperty("id").GetRawText();
        (await market.RunAsync("request", "sponsor", id, "--dollars", "5", "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "adopted no dataset yet");
        (await market.RunAsync("request", "answer", id, "--dataset", dataset, "--note", "bars, voted in", "--key", "ines")).ShouldSucceed();
        (await market.RunAsync("request", "adopt", id, "--dataset", dataset, "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "cannot choose for it");
        (await market.RunAsync("request", "pay", id, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "nothing to pay for");
        (await market.RunAsync("request", "adopt", id, "--dataset", dataset, "--key", "bea")).ShouldSucceed().Output
            .ShouldContain($"dataset {dataset}");
        (await market.RunAsync("request", "sponsor", id, "--dollars", "5", "--key", "ada")).ShouldSucceed().Output
            .ShouldContain("$25.00, $0.00 paid");
        (await market.RunAsync("request", "pay", id, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "nothing to pay for");

        var proposal = await market.ProposeAsync(int.Parse(dataset, System.Globalization.CultureInfo.InvariantCulture), 110, 20);
        (await market.RunAsync("proposal", "vote", proposal, "--choice", "yes", "--key", "ines")).ShouldSucceed();
        (await market.RunAsync("proposal", "finalize", proposal, "--key", "ines")).ShouldSucceed();
        var paid = (await market.RunAsync("request", "pay", id, "--key", "bea", "--json")).ShouldSucceed().Json;
        paid.GetProperty("total").GetString().ShouldBe("10.00");
        var root = paid.GetProperty("rewards")[0].GetProperty("shard").GetString()!;
        (await market.RunAsync("request", "pay", id, "--root", root, "--key", "bea")).ShouldFailClearly(ExitCode.Refused,
            "has paid for the shard");

        var shown = RunningMarket.Normal((await market.RunAsync("request", "show", id)).ShouldSucceed().Output);
        shown.ShouldStartWith(
            $$"""
            Request {{id}} of bea
            State         listed
            Wanted        Bars of every height. Licence: CC0.
            Each point    u8 1×28×28, 10 classes
            Reward        $0.50 a point
            Pot           $25.00, $10.00 paid
            Collected by  dataset {{dataset}}
            Open until    TIME

            Answers
            Dataset  By    Note
            {{dataset}}        ines  bars, voted in

            Paid
            Contributor  Shard
            """);
        shown.ShouldContain("ines         HASH  $10.00");
        shown.ShouldContain("ada       $5.00       $0.00");
        shown.ShouldContain("bea      $20.00       $0.00");

        (await market.RunAsync("request", "close", id, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "only after");
        (await market.RunAsync("request", "refund", id, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "not possible");
        await market.AdvanceAsync(TimeSpan.FromDays(10));
        (await market.RunAsync("request", "close", id, "--key", "ada")).ShouldSucceed().Output.ShouldContain("closed");
        (await market.RunAsync("request", "refund", id, "--key", "ada", "--json")).ShouldSucceed().Json.GetProperty("amount").GetString()
            .ShouldBe("3.00");
        (await market.RunAsync("request", "refund", id, "--for", "bea", "--key", "ada", "--json")).ShouldSucceed().Json
            .GetProperty("amount").GetString().ShouldBe("12.00");
        (await market.RunAsync("request", "refund", id, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "nothing of");
        (await market.RunAsync("request", "list", "--in", "closed", "--json")).ShouldSucceed().Json.EnumerateArray()
            .Select(row => row.GetProperty("request").GetProperty("id").GetRawText()).ShouldContain(id);
    }

    [Fact]
    public async Task An_association_decides_whether_a_request_is_listed()
    {
        var wanted = _folder["wanted.md"];
        File.WriteAllText(wanted, "More bars.");
        var dataset =
            $"{(await market.CreateDatasetAsync("--key", "ines", "--voting-period", "1h")).ShouldSucceed().Json.GetProperty("id")
                .GetInt32()}";
        var id =
            (await market.RunAsync("request", "create", "--description", wanted, "--like", dataset, "--reward", "0.5", "--association",
                dataset, "--key", "ada", "--json"))
            .ShouldSucceed().Json.GetProperty("id").GetRawText();
        (await market.RunAsync("request", "answer", id, "--dataset", dataset, "--key", "ines"))
            .ShouldFailClearly(ExitCode.Refused, "voting");
        (await market.RunAsync("request", "vote", id, "--choice", "yes", "--reason", "we need them", "--key", "ines")).ShouldSucceed();
        (await market.RunAsync("request", "vote", id, "--choice", "no", "--key", "ines")).ShouldFailClearly(ExitCode.Refused, "has voted");
        (await market.RunAsync("request", "decide", id, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "only after");
        await market.AdvanceAsync(TimeSpan.FromMinutes(61));
        (await market.RunAsync("request", "decide", id, "--key", "ada")).ShouldSucceed().Output.ShouldContain("listed");
        (await market.RunAsync("request", "show", id)).ShouldSucceed().Output.ShouldContain("we need them");
    }

    [Theory]
    [InlineData("u8 1x28x28 10")]
    [InlineData("u8 1×28×28, 10 classes")]
    public void A_schema_can_be_typed_as_it_is_printed(string text) =>
        SchemaOptions.Parse(text).ToString().ShouldBe("u8 1×28×28, 10 classes");

    [Theory]
    [InlineData("u8 1x28x28")]
    [InlineData("u8 1x28x28 classes")]
    [InlineData("u9 1x28x28 10")]
    [InlineData("u8 1x0x28 10")]
    [InlineData("u8 1xx28 10")]
    [InlineData("u8 -1x28 10")]
    [InlineData("u8 99999x99999 10")]
    [InlineData("f32 4 0")]
    [InlineData("")]
    public void A_schema_in_words_is_read_strictly(string text) =>
        Should.Throw<FormatException>(() => SchemaOptions.Parse(text)).Message.ShouldContain("is no schema such as");

    [Fact]
    public void A_schema_in_words_is_that_of_the_points()
    {
        SchemaOptions.Parse("u8 1x28x28 10").ToString().ShouldBe("u8 1×28×28, 10 classes");
        SchemaOptions.Parse("f32 4 3").ToString().ShouldBe("f32 4, 3 classes");
    }
}
