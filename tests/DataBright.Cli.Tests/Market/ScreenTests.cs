using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>What people see, word for word.</summary>
[Collection(nameof(RunningMarket))]
public sealed class ScreenTests(RunningMarket market)
{
    [Fact]
    public async Task A_dataset_is_shown_with_its_rules_shards_and_shareholders() =>
        RunningMarket.Normal((await market.RunAsync("dataset", "show", "2")).ShouldSucceed().Output).ShouldBe(
        """
        Dataset 2: Bars (BAR)
        Initiator    ines
        Created      TIME
        Points       100
        Shares       100
        Revenue      $0.00
        Claimed      $0.00
        Each point   u8 1×28×28, 10 classes
        Classes      0 … 9
        Pictures     28 × 28 pixels, grey
        Values       bytes
        Measured by  softmax-regression, 4 pairs of runs of 400 steps, 3 workers a task, on private points
        Read by      anybody
        Version      HASH

        Votes are taken for      3 d
        Extended once by         6 h, by a quorum or a turn in that last stretch
        Quorum                   20 % of all shares
        Accepted above           50 % yes
        Delisted above           66.67 % yes
        Proposal bond            $10.00; lost by rejection only
        Shares per point         1
        Bonus for gain           × (1 + 100 % × the lower end of the measured gain’s 95 % interval)
        Shares per proposal      1000000 at most
        A training job pays      $100.00
        Of it by use of points   50 % to contributors, the rest to shareholders
        Of what its models earn  20 % to shareholders

        Shard  Points  Contributor  Proposal  Gain  At least  Minted  Listed
            1     100  ines         –            –         –       0  TIME

        Shareholder  Shares  Part  Claimed
        ines             60  60 %    $0.00
        ada              40  40 %    $0.00
        """);

    [Fact]
    public async Task A_quote_says_who_would_get_what_and_buys_nothing()
    {
        var said = await market.RunAsync("job", "create", "--dataset", "2", "--architecture", "lenet-5", "--price", "60", "--rounds", "2",
            "--partitions", "2", "--quote", "--key", "ada");

        var told = RunningMarket.Normal(said.ShouldSucceed().Output);
        told.ShouldStartWith(
            """
            Job          a quote only; nothing was bought
            Trains       lenet-5 (1×28×28, 61706 parameters) on 100 points
            Tasks        5, each on 3 workers
            Price        $161.00
                         $60.00 to workers, $1.00 to the scheduler, $100.00 to those whose data it is
            """);
        told.ShouldContain(" take it, 3 needed: ");
        told.ShouldContain("different operators are needed.");
        told.ShouldContain("A task pays  $");
        told.ShouldContain("Takes about  ");
    }

    [Fact]
    public async Task What_nobody_present_would_do_is_not_ordered_in_passing()
    {
        string[] order = ["job", "create", "--dataset", "2", "--architecture", "softmax-regression", "--price", "5", "--key", "ada"];
        (await market.RunAsync(order)).ShouldFailClearly(ExitCode.Refused, "different operators are needed", "Nothing was bought",
            "--anyway");
        var job = (await market.RunAsync([.. order, "--anyway", "--json"])).ShouldSucceed().Json;
        job.GetProperty("quote").GetProperty("needed").GetInt32().ShouldBe(3);

        var id = job.GetProperty("id").GetRawText();
        (await market.RunAsync("job", "cancel", id, "--key", "ines")).ShouldFailClearly(ExitCode.Refused, "who alone can cancel it");
        (await market.RunAsync("job", "cancel", id, "--key", "ada")).ShouldSucceed().Output.ShouldContain("cancelled");
        (await market.RunAsync("job", "cancel", id, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "ended already: it is refunded");
        // The scheduler may have seen the order before it was cancelled: then it tells what it saw, too.
        var watched = await market.RunAsync("job", "watch", id);
        watched.ExitCode.ShouldBe(ExitCode.Refused);
        watched.Error.ShouldContain("was cancelled, or not done in time");
    }

    [Fact]
    public async Task An_open_proposal_is_shown_with_its_tally()
    {
        var id = await market.ProposeAsync(2, 200, 20);
        (await market.RunAsync("proposal", "vote", id, "--choice", "no", "--reason", "too few", "--key", "ada")).ShouldSucceed();

        var shown = RunningMarket.Normal((await market.RunAsync("proposal", "show", id)).ShouldSucceed().Output);
        // The node may not have counted them yet.
        string.Join('\n', shown.Split('\n').Where(line => !line.StartsWith("Copies ", StringComparison.Ordinal))).ShouldBe(
            $"""
            Proposal {id} to dataset 2
            State        open
            Asks for     listing
            Contributor  ines
            Points       20
            Shard        HASH
            File         CID
            Measured     not yet
            Bond         $10.00
            Votes until  TIME

            Yes  ······························ 0
            No   ████████████·················· 40
            Of   100 shares at the snapshot

            Voter  Vote  Weight  Reason
            ada    no        40  too few
            """);
    }

    [Fact]
    public async Task Empty_lists_say_what_to_do()
    {
        var dataset = (await market.CreateDatasetAsync("--key", "ines")).ShouldSucceed().Json.GetProperty("id").GetRawText();
        (await market.RunAsync("model", "list", "--dataset", dataset)).ShouldSucceed().Output
            .ShouldBe("No models. Train one with: databright job create\n");
        (await market.RunAsync("proposal", "list", "--dataset", dataset)).ShouldSucceed().Output
            .ShouldBe("No proposals. Offer points with: databright proposal create\n");
    }

    [Fact]
    public async Task Every_list_is_one_document_with_json()
    {
        foreach (var noun in new[] { "dataset", "proposal", "share", "model", "job", "worker", "account" })
            (await market.RunAsync(noun, "list", "--json")).ShouldSucceed().Json.ValueKind
                .ShouldBeOneOf(System.Text.Json.JsonValueKind.Array, System.Text.Json.JsonValueKind.Object);
    }
}
