using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>Tests that move the clock of the chain have one of their own.</summary>
[CollectionDefinition(nameof(MovedMarket))]
public sealed class MovedMarket : ICollectionFixture<RunningMarket>;

/// <summary>Votes and judgements that are committed first and shown later.</summary>
[Collection(nameof(MovedMarket))]
public sealed class ShieldedVoteTests(RunningMarket market)
{
    [Fact]
    public async Task A_shielded_vote_is_committed_kept_and_revealed()
    {
        var dataset = (await market.CreateDatasetAsync("--key", "ines", "--reveal-period", "1h", "--voting-period", "1h"))
            .ShouldSucceed().Json.GetProperty("id").GetInt32();
        var id = await market.ProposeAsync(dataset, 110, 20);

        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--key", "ines", "--dry-run")).ShouldSucceed();
        Ballots(id).ShouldBeEmpty("a dry run keeps nothing");
        var committed = (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--reason", "fine", "--key", "ines", "--json"))
            .ShouldSucceed().Json;
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--reason", "quite fine", "--key", "ines", "--json"))
            .ShouldSucceed().Json
            .GetProperty("commitment").GetRawText()
            .ShouldBe(committed.GetProperty("commitment").GetRawText(), "sent twice is committed once");
        (await market.RunAsync("proposal", "vote", id, "--choice", "no", "--key", "ines")).ShouldFailClearly(ExitCode.Refused,
            "committed to a vote", "proposal reveal");
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--relay", "--key", "ines")).ShouldFailClearly(ExitCode.Refused,
            "shielded");
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--sign-only", "x.json", "--key", "ines"))
            .ShouldFailClearly(ExitCode.Refused, "shielded");
        (await market.RunAsync("proposal", "reveal", id, "--key", "ines")).ShouldFailClearly(ExitCode.Refused, "revealed after that");
        (await market.RunAsync("proposal", "reveal", id, "--key", "ada")).ShouldFailClearly(ExitCode.NotFound, "committed to no vote");
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--reason", "other", "--key", "ines", "--dry-run"))
            .ShouldSucceed();
        if (!OperatingSystem.IsWindows())
            foreach (var file in Directory.GetFiles(Path.Combine(market.Home, "ballots")))
                File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await market.AdvanceAsync(TimeSpan.FromMinutes(61));
        var vote = (await market.RunAsync("proposal", "reveal", id, "--key", "ines", "--json")).ShouldSucceed().Json;
        vote.GetProperty("weight").GetString().ShouldBe("60");
        vote.GetProperty("reason").GetString().ShouldBe("quite fine");
        (await market.RunAsync("proposal", "reveal", id, "--key", "ines")).ShouldFailClearly(ExitCode.Refused, "has voted");
        (await market.RunAsync("proposal", "finalize", id, "--key", "ada", "--json")).ShouldSucceed().Json.GetProperty("state").GetString()
            .ShouldBe("accepted");
    }

    private string[] Ballots(string proposal) =>
        Directory.Exists(Path.Combine(market.Home, "ballots"))
            ? [.. Directory.GetFiles(Path.Combine(market.Home, "ballots"), $"*-{proposal}-*")] : [];

    [Fact]
    public async Task Curators_judge_blindly_and_a_shareholder_appeals()
    {
        await market.PartyAsync("cora");
        await market.PartyAsync("carl");
        var dataset =
            (await market.CreateDatasetAsync("--key", "ines", "--reveal-period", "1h", "--voting-period", "1h", "--curator", "cora",
                "--curator", "carl")).ShouldSucceed().Json.GetProperty("id").GetInt32();
        var id = await market.ProposeAsync(dataset, 140, 20);
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "not one of the curators");
        (await market.RunAsync("proposal", "vote", id, "--choice", "no", "--reason", "blurred", "--key", "cora")).ShouldSucceed();
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--key", "carl")).ShouldSucceed();
        (await market.RunAsync("proposal", "appeal", id, "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "an appeal is possible after that");

        await market.AdvanceAsync(TimeSpan.FromMinutes(61));
        (await market.RunAsync("proposal", "reveal", id, "--key", "cora")).ShouldSucceed().Output.ShouldContain("one curator");
        (await market.RunAsync("proposal", "reveal", id, "--key", "carl")).ShouldSucceed();
        RunningMarket.Normal((await market.RunAsync("proposal", "show", id)).ShouldSucceed().Output).ShouldContain(
            """
            Blind review
            For it           1 of 2
            Pairs who agree  0 %
            Curator  Judgement  Reason
            cora     no         blurred
            carl     yes
            """);

        await market.AdvanceAsync(TimeSpan.FromMinutes(60));
        (await market.RunAsync("proposal", "appeal", id, "--key", "carl")).ShouldFailClearly(ExitCode.Refused, "held no shares");
        (await market.RunAsync("proposal", "appeal", id, "--key", "ada", "--json")).ShouldSucceed().Json.GetProperty("holder").GetString()
            .ShouldBe(await market.AddressAsync("ada"));
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--key", "ines", "--json")).ShouldSucceed().Json
            .GetProperty("weight").GetString().ShouldBe("60");
        var shown = (await market.RunAsync("proposal", "show", id)).ShouldSucceed().Output;
        shown.ShouldContain("Appealed by      ada");
        shown.ShouldContain("cora     no         blurred");
    }
}
