using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>What shareholders do besides voting on what is offered.</summary>
[Collection(nameof(RunningMarket))]
public sealed class ShareholderTests(RunningMarket market)
{
    [Fact]
    public async Task Delegated_votes_take_a_shard_off_the_list_by_the_larger_majority()
    {
        var dataset = (await market.CreateDatasetAsync("--delist-threshold", "80", "--key", "ines")).ShouldSucceed().Json.GetProperty("id")
            .GetRawText();
        (await market.RunAsync("share", "delegate", "--dataset", dataset, "--to", "ada", "--key", "ines")).ShouldSucceed();
        (await market.RunAsync("share", "delegate", "--dataset", "999", "--to", "ada", "--key", "ines"))
            .ShouldFailClearly(ExitCode.NotFound, "dataset list");
        (await market.RunAsync("proposal", "delist", "--dataset", dataset, "--number", "2", "--reason", "none", "--key", "ada"))
            .ShouldFailClearly(ExitCode.NotFound, "has 1 shards");

        var asked =
            (await market.RunAsync("proposal", "delist", "--dataset", dataset, "--number", "1", "--reason", "the licence was withdrawn",
                "--key", "ada")).ShouldSucceed().Output;
        asked.ShouldContain("more than 80 % yes");
        var id = asked.Split("proposal show ")[1].Trim();
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--key", "ines")).ShouldFailClearly(ExitCode.Refused,
            "held no shares");
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--key", "ada")).ShouldSucceed();
        (await market.RunAsync("proposal", "finalize", id, "--key", "ada", "--json")).ShouldSucceed().Json.GetProperty("state").GetString()
            .ShouldBe("accepted");
        (await market.RunAsync("dataset", "show", dataset)).ShouldSucceed().Output.ShouldContain("delisted");

        // Whoever takes the votes back votes with them from the next proposal on.
        (await market.RunAsync("share", "delegate", "--dataset", dataset, "--key", "ines")).ShouldSucceed().Output
            .ShouldContain("yourself");
    }

    [Fact]
    public async Task Shareholders_name_another_best_model_or_none()
    {
        var dataset = (await market.CreateDatasetAsync("--key", "ines")).ShouldSucceed().Json.GetProperty("id").GetRawText();
        string[] asks = ["proposal", "replace", "--dataset", dataset, "--reason", "model 5 knew the answers", "--key", "ines"];
        (await market.RunAsync([.. asks])).ShouldFailClearly(ExitCode.Usage, "--model ID", "--none");
        (await market.RunAsync([.. asks, "--none", "--model", "1"])).ShouldFailClearly(ExitCode.Usage, "--none");
        (await market.RunAsync([.. asks, "--none", "--accuracy", "90"])).ShouldFailClearly(ExitCode.Usage, "--accuracy");
        (await market.RunAsync([.. asks, "--model", "9999"])).ShouldFailClearly(ExitCode.NotFound, "model list");

        var asked = (await market.RunAsync([.. asks, "--none"])).ShouldSucceed().Output;
        asked.ShouldContain("none");
        var id = asked.Split("proposal show ")[1].Trim();
        var shown = (await market.RunAsync("proposal", "show", id)).ShouldSucceed().Output;
        shown.ShouldContain("Replacement");
        shown.ShouldNotContain("0x0000");
        foreach (var holder in new[] { "ines", "ada" })
            (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--key", holder)).ShouldSucceed();
        var ended = (await market.RunAsync("proposal", "finalize", id, "--key", "ines")).ShouldSucceed().Output;
        ended.ShouldContain("accepted", Case.Insensitive);
        ended.ShouldContain("Best model");
        (await market.RunAsync("proposal", "finalize", id, "--key", "ines")).ShouldFailClearly(ExitCode.Refused, "ended already");
    }

    [Fact]
    public async Task Curators_need_a_time_to_open_their_judgements()
    {
        (await market.CreateDatasetAsync("--curator", "ada", "--key", "ines")).ExitCode.ShouldBe(ExitCode.Usage);
        var dataset = (await market.CreateDatasetAsync("--curator", "ada", "--curator", "ines", "--reveal-period", "1h", "--key", "ines"))
            .ShouldSucceed().Json.GetProperty("id").GetRawText();
        var shown = (await market.RunAsync("dataset", "show", dataset)).ShouldSucceed().Output;
        shown.ShouldContain("ada, ines; they judge first");
        shown.ShouldContain("Sealed, opened for");
        shown.ShouldContain("1 h after that");
        shown.ShouldNotContain("Extended once by", customMessage: "what is sealed has one deadline");
        (await market.RunAsync("dataset", "show", dataset, "--json")).ShouldSucceed().Json.GetProperty("curators").GetArrayLength()
            .ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_is_owed_to_somebody_who_did_nothing()
    {
        await market.PartyAsync("idle");
        (await market.RunAsync("account", "withdraw", "--key", "idle")).ShouldSucceed().Output.ShouldContain("Nothing waits");
    }
}
