using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>A vote that is signed by one and carried by another.</summary>
[Collection(nameof(RunningMarket))]
public sealed class BallotTests(RunningMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Ballot => _folder["ballot.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_signed_ballot_counts_for_its_signer_whoever_carries_it_and_counts_once()
    {
        var id = await market.ProposeAsync(1, 110, 20);
        (await market.RunAsync("proposal", "vote", id, "--choice", "yes", "--reason", "they are fine", "--sign-only", Ballot, "--key",
            "ines")).ShouldSucceed();
        (await market.RunAsync("proposal", "show", id, "--json")).Json.GetProperty("votes").GetArrayLength().ShouldBe(0);

        var vote = (await market.RunAsync("proposal", "relay", Ballot, "--key", "ada", "--json")).ShouldSucceed().Json;

        vote.GetProperty("voter").GetString().ShouldBe(await market.AddressAsync("ines"));
        vote.GetProperty("reason").GetString().ShouldBe("they are fine");
        (await market.RunAsync("proposal", "relay", Ballot, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "has voted");

        var end = (await market.RunAsync("proposal", "finalize", id, "--key", "ines", "--json")).ShouldSucceed().Json;
        end.GetProperty("state").GetString().ShouldBe("accepted");
        end.GetProperty("minted").GetString().ShouldBe("20");
        end.GetProperty("bond").GetString().ShouldBe("10.00");
        (await market.RunAsync("proposal", "finalize", id, "--key", "ines")).ShouldFailClearly(ExitCode.Refused, "ended already");
    }

    [Fact]
    public async Task A_ballot_that_was_changed_or_is_for_elsewhere_is_refused()
    {
        var id = await market.ProposeAsync(1, 140, 20);
        (await market.RunAsync("proposal", "vote", id, "--choice", "no", "--sign-only", Ballot, "--key", "ines")).ShouldSucceed();
        var good = File.ReadAllText(Ballot);

        foreach (var (from, to, code, saying) in new[]
        {
            ("\"choice\": \"no\"", "\"choice\": \"yes\"", ExitCode.Refused, "not signed by"),
            ("\"chainId\": 31337", "\"chainId\": 1", ExitCode.Refused, "chain 1"),
            ("\"signature\": \"0x", "\"signature\": \"0x00", ExitCode.BadInput, "no ballot"),
            ("ballot/1", "ballot/9", ExitCode.BadInput, "ballot/9"),
            ("\"reason\"", "\"because\"", ExitCode.BadInput, "because"),
            ("}", "", ExitCode.BadInput, "no ballot"),
        })
        {
            File.WriteAllText(Ballot, good.Replace(from, to, StringComparison.Ordinal));
            (await market.RunAsync("proposal", "relay", Ballot, "--key", "ada")).ShouldFailClearly(code, saying);
        }

        (await market.RunAsync("proposal", "relay", _folder["none.json"], "--key", "ada")).ShouldFailClearly(ExitCode.BadInput,
            "does not exist");
    }
}
