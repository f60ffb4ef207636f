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
        var evaluations = told.Report.GetProperty("evaluations").EnumerateArray().ToDictionary(e => e.GetProperty("contributor").GetString()!);
        evaluations["Oscar"].GetProperty("duplicates").GetInt32().ShouldBe(500);
        evaluations["Ada"].GetProperty("duplicates").GetInt32().ShouldBe(0);
        evaluations["Mallory"].GetProperty("gain").GetDouble().ShouldBeLessThan(0);
        evaluations["Ada"].GetProperty("low").GetDouble().ShouldBeGreaterThan(0);
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
        foreach (var operation in new[] { "proposals.propose", "proposals.voteWithReason", "proposals.finalise", "jobs.create", "jobs.convict", "jobs.settle", "models.register", "shares.claimFor" })
            gas.GetProperty(operation).GetProperty("median").GetInt64().ShouldBeGreaterThan(21_000);
    }

    [Fact]
    public async Task It_leaves_no_process_behind() => (await Leftovers.OfAsync(told.Home)).ShouldBeEmpty();

    private string[] Names(string list) => [.. told.Report.GetProperty(list).EnumerateArray().Select(name => name.GetString()!)];

    private string Change(string party) => told.Report.GetProperty("balances").GetProperty(party).GetProperty("change").GetString()!;

    public sealed class Told : IAsyncLifetime
    {
        /// <summary>The LeNet-5 of the story: whoever trains it, on whatever processor, and whoever lies or dies on the way.</summary>
        public const string Checkpoint = "124a996ce90c23b5098fa0bed23630d752b6e86c661d223d913c03d5ff6707e7";

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
