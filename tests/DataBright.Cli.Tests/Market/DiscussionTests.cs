using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>What is said about proposals, from the command line through the node and back.</summary>
[Collection(nameof(RunningMarket))]
public sealed class DiscussionTests(RunningMarket market)
{
    [Fact]
    public async Task A_thread_is_written_worded_anew_hidden_and_shown()
    {
        var id = await market.ProposeAsync(2, 230, 10);
        var question = (await market.RunAsync("proposal", "comment", id, "Where are these from?", "--key", "ada", "--json"))
            .ShouldSucceed().Json;
        var hash = question.GetProperty("id").GetString()!;
        var reply = (await market.RunAsync("proposal", "comment", id, "From the north.", "--answer", hash, "--key", "ines", "--json"))
            .ShouldSucceed().Json.GetProperty("id").GetString()!;
        await RunningMarket.NextSecondAsync();
        var edited =
            (await market.RunAsync("proposal", "comment", id, "Where are these from, and since when?", "--replaces", hash, "--key", "ada",
                "--json")).ShouldSucceed().Json;
        edited.GetProperty("id").GetString().ShouldBe(hash);
        edited.GetProperty("wordings").GetArrayLength().ShouldBe(2);

        var shown = (await market.RunAsync("proposal", "show", id, "--json")).ShouldSucceed().Json.GetProperty("comments");
        shown.EnumerateArray().Select(comment => comment.GetProperty("depth").GetInt32()).ShouldBe([0, 1]);

        // Sixty of a hundred shares want the answer hidden, and then do not.
        (await market.RunAsync("proposal", "hide", id, reply, "--key", "ines", "--json")).ShouldSucceed().Json.GetProperty("isHidden")
            .GetBoolean().ShouldBeTrue();
        var text = RunningMarket.Normal((await market.RunAsync("proposal", "show", id)).ShouldSucceed().Output);
        text.ShouldContain(
            "Discussion\nada, TIME, edited TIME  HASH\nWhere are these from, and since when?\n  ines (proposer), TIME  HASH\n  hidden by "
            + "60 shares");
        text.ShouldNotContain("From the north.");
        await RunningMarket.NextSecondAsync();
        (await market.RunAsync("proposal", "hide", id, reply, "--show", "--key", "ines", "--json")).ShouldSucceed().Json
            .GetProperty("isHidden").GetBoolean().ShouldBeFalse();
        (await market.RunAsync("proposal", "show", id)).Output.ShouldContain("  From the north.");
    }

    [Fact]
    public async Task What_cannot_be_said_is_refused_in_one_line()
    {
        var id = await market.ProposeAsync(2, 240, 10);
        var nobody = "0x" + new string('1', 64);
        await market.PartyAsync("stranger");
        (await market.RunAsync("proposal", "comment", id, "Buy my coin.", "--key", "stranger")).ShouldFailClearly(ExitCode.Refused,
            "neither holds shares nor made the proposal");
        (await market.RunAsync("proposal", "comment", id, " ", "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "needs words");
        (await market.RunAsync("proposal", "comment", id, "\u202Eesrever", "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "plain text");
        (await market.RunAsync("proposal", "comment", id, new string('x', 9_000), "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "8192 bytes");
        (await market.RunAsync("proposal", "comment", id, "To nobody.", "--answer", nobody, "--key", "ada"))
            .ShouldFailClearly(ExitCode.Refused, "no comment");
        (await market.RunAsync("proposal", "comment", id, "Of nobody.", "--replaces", nobody, "--key", "ada"))
            .ShouldFailClearly(ExitCode.NotFound, "no comment");
        (await market.RunAsync("proposal", "hide", id, nobody, "--key", "ada")).ShouldFailClearly(ExitCode.NotFound, "no comment");
        (await market.RunAsync("proposal", "comment", "900", "Hm.", "--key", "ada")).ShouldFailClearly(ExitCode.NotFound,
            "no proposal 900");
        (await market.RunAsync("proposal", "comment", id, "Hm.", "--answer", "0x12", "--key", "ada"))
            .ShouldFailClearly(ExitCode.Usage, "0x12");
        (await market.RunAsync("proposal", "comment", id, "Hm.", "--node", "http://127.0.0.1:9", "--key", "ada"))
            .ShouldFailClearly(ExitCode.Unreachable, "127.0.0.1:9");
    }

    [Fact]
    public async Task A_strangers_words_do_not_move_the_cursor()
    {
        var id = await market.ProposeAsync(2, 250, 10);
        (await market.RunAsync("proposal", "comment", id, "[red]markup[/]\n\tand a tab", "--key", "ada")).ShouldSucceed();
        (await market.RunAsync("proposal", "show", id)).ShouldSucceed().Output.ShouldContain("[red]markup[/]\n and a tab");
        (await market.RunAsync("proposal", "comment", id, "\u001b[2J", "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "plain text");
    }

    [Fact]
    public async Task A_vote_rests_on_a_comment_and_the_node_pays_for_it()
    {
        var id = await market.ProposeAsync(2, 260, 10);
        var comment = (await market.RunAsync("proposal", "comment", id, "I looked at all ten.", "--key", "ada", "--json"))
            .ShouldSucceed().Json.GetProperty("id").GetString()!;
        var ether = await EtherAsync("ada");

        var carried =
            (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--reason", "Fine.", "--comment", comment, "--relay", "--key",
                "ada", "--json")).ShouldSucceed().Json;

        var said = (await market.RunAsync("proposal", "show", id, "--json")).Json.GetProperty("comments")[0].GetProperty("current");
        var cid = said.GetProperty("cid").GetString()!;
        var audited = (await market.RunAsync("audit", "comment", cid, "--json")).ShouldSucceed().Json;
        audited.GetProperty("comment").GetString().ShouldBe(comment);
        audited.GetProperty("signed").GetBoolean().ShouldBeTrue();
        audited.GetProperty("votes")[0].GetProperty("voter").GetString().ShouldBe(await market.AddressAsync("ada"));
        using var folder = new TemporaryFolder();
        var stored = Directory.EnumerateFiles(Path.Combine(market.Home, "blobs"), "*", SearchOption.AllDirectories).Select(File.ReadAllText)
            .Single(text => text.Contains("I looked at all ten.", StringComparison.Ordinal));
        File.WriteAllText(folder["forged.json"], stored.Replace("all ten", "no one", StringComparison.Ordinal));
        var forged = await market.RunAsync("audit", "comment", folder["forged.json"]);
        (forged.ExitCode, forged.Output.Contains("did not sign", StringComparison.Ordinal)).ShouldBe((ExitCode.CheckFailed, true));
        File.WriteAllText(folder["marked.json"], "\uFEFF" + stored);
        (await market.RunAsync("audit", "comment", folder["marked.json"], "--json")).ShouldSucceed().Json.GetProperty("comment")
            .GetString().ShouldBe(comment);
        File.WriteAllText(folder["other.json"], "{}");
        (await market.RunAsync("audit", "comment", folder["other.json"])).ShouldFailClearly(ExitCode.BadInput, "no signed comment");
        (await market.RunAsync("audit", "comment", "nowhere")).ShouldFailClearly(ExitCode.BadInput, "neither a file nor a CID");

        carried.GetProperty("vote").GetProperty("reason").GetString().ShouldBe($"Fine. comment:{comment}");
        carried.GetProperty("vote").GetProperty("weight").GetString().ShouldBe("40");
        (await EtherAsync("ada")).ShouldBe(ether, "to the last wei");
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--relay", "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "has voted");
        await market.PartyAsync("onlooker");
        (await market.RunAsync("proposal", "vote", id, "--choice", "no", "--relay", "--key", "onlooker"))
            .ShouldFailClearly(ExitCode.Refused, "held no shares");
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--relay", "--valid-for", "5s", "--key", "ines"))
            .ShouldFailClearly(ExitCode.Refused, "too little time");
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--relay", "--sign-only", "x.json", "--key", "ines"))
            .ShouldFailClearly(ExitCode.Usage, "not both");
    }

    [Fact]
    public async Task Dividends_are_claimed_for_somebody_else_who_needs_no_ether()
    {
        var dataset = (await market.CreateDatasetAsync("--key", "ines")).ShouldSucceed().Json.GetProperty("id").GetUInt64();
        (await market.RelayerAsync()).GetProperty("leftToday").GetInt32()
            .ShouldBeInRange(1_000, 1_500, "the node was started with --relayer-per-day 1500");
        (await market.RunAsync("share", "claim", "--for", "ada", "--dataset", $"{dataset}", "--relay")).ShouldFailClearly(ExitCode.Refused,
            "earned nothing");
        await market.DepositAsync(dataset, 10);
        var ether = await EtherAsync("ada");
        var paid = (await market.RunAsync("share", "claim", "--for", "ada", "--dataset", $"{dataset}", "--relay", "--json"))
            .ShouldSucceed().Json;
        paid.GetProperty("holder").GetString().ShouldBe(await market.AddressAsync("ada"));
        paid.GetProperty("total").GetString().ShouldBe("4.00");
        (await EtherAsync("ada")).ShouldBe(ether);

        var other = (await market.RunAsync("share", "claim", "--for", "ines", "--dataset", $"{dataset}", "--key", "ada", "--json"))
            .ShouldSucceed().Json;
        other.GetProperty("holder").GetString().ShouldBe(await market.AddressAsync("ines"));
        other.GetProperty("total").GetString().ShouldBe("6.00");
    }

    private async Task<string> EtherAsync(string name) =>
        (await market.RunAsync("account", "show", name, "--json")).ShouldSucceed().Json.GetProperty("wei").GetRawText();
}
