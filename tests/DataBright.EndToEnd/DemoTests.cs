using System.Text.Json;

namespace DataBright.EndToEnd;

/// <summary>The whole story, told by the real program on real images; told once for all these tests.</summary>
public sealed class DemoTests(DemoTests.Told told) : IClassFixture<DemoTests.Told>
{
    [Fact]
    public void It_ends_well_and_with_one_json_document()
    {
        told.Finished.ExitCode.ShouldBe(0, told.Finished.Error);
        told.Report.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void The_good_offers_are_accepted_and_the_bad_ones_rejected()
    {
        Names("accepted").ShouldBe(["Ada", "Grace"]);
        Names("rejected").ShouldBe(["Mallory", "Oscar"]);
    }

    [Fact]
    public void Repeated_points_are_counted_and_flipped_labels_lower_the_accuracy()
    {
        var evaluations = told.Report.GetProperty("evaluations").EnumerateArray()
            .ToDictionary(e => e.GetProperty("contributor").GetString()!);
        evaluations["Oscar"].GetProperty("duplicates").GetInt32().ShouldBe(500);
        evaluations["Ada"].GetProperty("duplicates").GetInt32().ShouldBe(0);
        evaluations["Mallory"].GetProperty("gain").GetDouble().ShouldBeLessThan(0);
        evaluations["Ada"].GetProperty("low").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Shareholders_and_a_proposer_discuss_and_a_vote_that_rests_on_it_costs_its_voter_nothing()
    {
        var discussion = told.Report.GetProperty("discussion");
        discussion.GetProperty("comments").GetInt32().ShouldBe(3);
        discussion.GetProperty("edited").GetInt32().ShouldBe(1);
        discussion.GetProperty("voteRestsOnIt").GetBoolean().ShouldBeTrue();
        discussion.GetProperty("voter").GetString().ShouldBe("Ines");
        discussion.GetProperty("paidBy").GetString().ShouldBe("Relayer");
    }

    [Fact]
    public void The_liar_and_nobody_else_is_convicted() => Names("convicted").ShouldBe(["Worker 4"]);

    [Fact]
    public void The_model_is_good_and_the_same_on_every_machine()
    {
        told.Report.GetProperty("accuracy").GetDouble().ShouldBeGreaterThan(0.97);
        told.Report.GetProperty("checkpoint").GetString().ShouldBe(Told.Checkpoint);
    }

    [Fact]
    public void A_thousand_predictions_are_paid_with_a_thousand_vouchers_and_settled_by_one_transaction()
    {
        var predictions = told.Report.GetProperty("predictions");
        predictions.GetProperty("count").GetInt32().ShouldBe(1_000);
        predictions.GetProperty("correct").GetInt32().ShouldBeGreaterThan(960);
        predictions.GetProperty("settlements").GetInt32().ShouldBe(1);
        told.Report.GetProperty("gas").GetProperty("predictions.settle").GetProperty("median").GetInt64()
            .ShouldBeLessThanOrEqualTo(100_000);
        Change("Cleo").ShouldBe("−11.00"); // ten for the request
        Change("Sina").ShouldBe("+0.20");
    }

    [Fact]
    public void No_unit_of_money_comes_from_nowhere_or_goes_there() => told.Report.GetProperty("conserved").GetBoolean().ShouldBeTrue();

    [Fact]
    public void Every_shareholder_has_earned_and_the_rejected_have_lost_their_bonds()
    {
        foreach (var holder in told.Report.GetProperty("shares").EnumerateObject())
            Change(holder.Name).ShouldStartWith("+");
        Change("Mallory").ShouldStartWith("−");
        Change("Worker 4").ShouldStartWith("−");
    }

    [Fact]
    public void Gas_is_told_for_every_operation()
    {
        var gas = told.Report.GetProperty("gas");
        foreach (var operation in new[] { "proposals.propose", "proposals.voteWithReason", "proposals.finalise", "jobs.create",
            "jobs.convict", "jobs.settle", "models.register", "shares.claimFor" })
            gas.GetProperty(operation).GetProperty("median").GetInt64().ShouldBeGreaterThan(21_000);
    }

    [Fact]
    public async Task It_leaves_no_process_behind() => (await Leftovers.OfAsync(told.Home)).ShouldBeEmpty();

    /// <summary>
    /// Who redoes a dead worker's task is drawn, so workers' earnings are compared as a whole. The seeds of a measurement are drawn too,
    /// and the shares that it mints follow from it, so shareholders' dividends are compared as a whole. Everyone else's to the unit.
    /// </summary>
    [Fact]
    public async Task Killing_workers_scheduler_and_referee_changes_neither_the_checkpoint_nor_anyones_balance()
    {
        using var folder = new TemporaryFolder();
        await using var demo = Databright.Start(home: null, "demo", "--home", folder["home"], "--json");
        var finished = demo.EndAsync();
        while (!IsComputing(folder["home"]) && !finished.IsCompleted)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        foreach (var victim in new[] { "worker-2.", "web,scheduler", "worker-5.", "--roles referee", "web,scheduler", "worker-1." })
        {
            await Task.Delay(1500, TestContext.Current.CancellationToken);
            // A victim may just be on its way back from another's death.
            while (Leftovers.Kill(folder["home"], victim) == 0)
            {
                if (finished.IsCompleted)
                    Assert.Fail($"The demo ended before {victim} could be killed: {(await finished).Output} {(await finished).Error}");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        var report = (await finished).Json;
        (await finished).ExitCode.ShouldBe(0, (await finished).Error);
        report.GetProperty("checkpoint").GetString().ShouldBe(Told.Checkpoint);
        report.GetProperty("conserved").GetBoolean().ShouldBeTrue();
        report.GetProperty("convicted").EnumerateArray().Single().GetString().ShouldBe("Worker 4");
        Changes(report).ShouldBe(Changes(told.Report));
        (await Leftovers.OfAsync(folder["home"])).ShouldBeEmpty();
    }

    /// <summary>Node, referee, workers and the chain, in turn; the chain comes back with all that it had confirmed.</summary>
    [Fact]
    public async Task Twenty_kills_over_every_process_and_the_chain_change_neither_the_checkpoint_nor_anyones_balance()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("DATABRIGHT_THOROUGH") == "1",
            "Twenty kills take minutes: set DATABRIGHT_THOROUGH=1.");
        using var folder = new TemporaryFolder();
        await using var demo = Databright.Start(home: null, "demo", "--home", folder["home"], "--json");
        var finished = demo.EndAsync();
        while (!IsComputing(folder["home"]) && !finished.IsCompleted)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        string[] round = ["chain", "worker-2.", "web,scheduler", "chain", "--roles referee", "worker-5.", "chain", "web,scheduler",
            "worker-1.", "chain"];
        var kills = 0;
        foreach (var victim in round.Concat(round))
        {
            await Task.Delay(1000, TestContext.Current.CancellationToken);
            while (!finished.IsCompleted && (victim == "chain" ? KillChain(folder["home"]) : Leftovers.Kill(folder["home"], victim)) == 0)
                await Task.Delay(50, TestContext.Current.CancellationToken);
            kills += finished.IsCompleted ? 0 : 1;
        }

        var report = (await finished).Json;
        (await finished).ExitCode.ShouldBe(0, (await finished).Error);
        kills.ShouldBe(20, (await finished).Error);
        report.GetProperty("checkpoint").GetString().ShouldBe(Told.Checkpoint);
        report.GetProperty("conserved").GetBoolean().ShouldBeTrue();
        Changes(report).ShouldBe(Changes(told.Report));
        (await Leftovers.OfAsync(folder["home"])).ShouldBeEmpty();
    }

    /// <summary>kill -9 of the chain alone: its guard and its parent live on.</summary>
    private static int KillChain(string home)
    {
        var file = Path.Combine(home, "chain", "anvil.pid");
        if (!File.Exists(file) || !int.TryParse(File.ReadAllText(file), out var id) || !Leftovers.Ids(home, "anvil").Contains(id))
            return 0;
        using var chain = System.Diagnostics.Process.GetProcessById(id);
        chain.Kill();
        return 1;
    }

    /// <summary>Whether a worker has taken a task of some job: then all processes have started.</summary>
    private static bool IsComputing(string home) =>
        Directory.Exists(Path.Combine(home, "work"))
            && Directory.EnumerateDirectories(Path.Combine(home, "work")).Any(worker => Directory.EnumerateDirectories(worker).Any());

    private static readonly string[] Shareholders = ["Ada", "Fei", "Femi", "Grace", "Ines"];

    /// <summary>
    /// Every party's change of balance, the workers' and the shareholders' summed up. What dividends leave over by rounding is a few
    /// millionths.
    /// </summary>
    private static SortedDictionary<string, decimal> Changes(JsonElement report)
    {
        var changes = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var party in report.GetProperty("balances").EnumerateObject())
        {
            var name = party.Name.StartsWith("Worker", StringComparison.Ordinal)
                ? "Workers" : Shareholders.Contains(party.Name) ? "Shareholders" : party.Name;
            var change = party.Value.GetProperty("change").GetString()!.Replace('−', '-');
            changes[name] = changes.GetValueOrDefault(name)
                + decimal.Parse(change, System.Globalization.NumberStyles.Any, System.Globalization.CultureInfo.InvariantCulture);
        }

        changes["Shareholders"] = Math.Round(changes["Shareholders"], 4);
        return changes;
    }

    private string[] Names(string list) => [.. told.Report.GetProperty(list).EnumerateArray().Select(name => name.GetString()!)];

    private string Change(string party) => told.Report.GetProperty("balances").GetProperty(party).GetProperty("change").GetString()!;

    public sealed class Told : IAsyncLifetime
    {
        /// <summary>The LeNet-5 of the story: whoever trains it, on whatever processor, and whoever lies or dies on the way.</summary>
        public const string Checkpoint = "4bd231ddfd705655eb41cba0d1188d312fcabdc7494263fa3f02b2589baaa616";

        private readonly TemporaryFolder _folder = new();

        public string Home => _folder["home"];

        internal Finished Finished { get; private set; } = null!;

        public JsonElement Report => Finished.Json;

        public async ValueTask InitializeAsync() => Finished = await Databright.RunAsync(home: null, "demo", "--home", Home, "--json");

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
