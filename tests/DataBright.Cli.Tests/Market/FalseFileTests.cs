using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>A proposal that announces another number of points than its file holds.</summary>
[Collection(nameof(RunningMarket))]
public sealed class FalseFileTests(RunningMarket market)
{
    private const string Problem = "Its file holds 10 points; 11 are announced.";

    [Fact]
    public async Task It_is_told_and_neither_measured_nor_voted_for_in_passing()
    {
        var id = await market.OfferFalselyAsync(1, await market.ProposeAsync(1, 330, 10));

        (await market.RunAsync("proposal", "show", id)).ShouldSucceed().Output.ShouldContain(Problem);
        (await market.RunAsync("proposal", "show", id, "--json")).ShouldSucceed().Json.GetProperty("fileProblem").GetString()
            .ShouldBe(Problem);
        (await market.RunAsync("proposal", "evaluate", id, "--key", "ines")).ShouldFailClearly(ExitCode.Refused,
            $"Proposal {id} is not measured", Problem);
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--key", "ines")).ShouldFailClearly(ExitCode.Refused, Problem,
            "--anyway");
        (await market.RunAsync("proposal", "vote", id, "--choice", "no", "--key", "ines")).ShouldSucceed().Error.ShouldContain(Problem);
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--anyway", "--key", "ada", "--dry-run")).ShouldSucceed();
    }
}
