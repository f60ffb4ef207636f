using System.Xml.Linq;

namespace DataBright.Ecosystem.Tests.Running;

/// <summary>samples/nethereum, which knows the market by its ABI files alone, against a real chain and a real node.</summary>
[Collection(nameof(RunningMarket))]
public sealed class SampleTests(RunningMarket market)
{
    private static readonly string Abi = Path.Combine(Repository.Root, "src", "DataBright.Market", "Generated");

    [Fact]
    public async Task A_ballot_signed_by_nethereum_is_carried_counts_once_and_its_events_are_read()
    {
        var id = await market.ProposeAsync(100);
        using var ines = market.Key("ines");

        var first = (await RunAsync(id, "ines", "yes", "fine – ünïcode 🦉")).ShouldSucceed();

        var lines = first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(6, first.Output);
        lines[0].ShouldMatch("^dataset 1: Waves \\(WAV\\), 100 shares, version 0x[0-9a-f]{64}$");
        lines[1].ShouldMatch($"^proposal {id}: open until 20[0-9-]+ [0-9:]+Z, 20 points$");
        lines[2].ShouldBe($"{ines.Address} has 60 votes");
        lines[3].ShouldMatch("^carried in 0x[0-9a-f]{64}$");
        lines[4].ShouldBe($"Voted: proposalId {id}, voter {ines.Address}, choice 1, weight 60");
        lines[5].ShouldBe($"VoteExplained: proposalId {id}, voter {ines.Address}, reason fine – ünïcode 🦉");

        var shown = (await market.RunAsync("proposal", "show", id, "--json")).Json.GetProperty("votes").EnumerateArray()
            .ShouldHaveSingleItem();
        shown.GetProperty("voter").GetString().ShouldBe(ines.Address.ToString());
        shown.GetProperty("reason").GetString().ShouldBe("fine – ünïcode 🦉");

        var again = await RunAsync(id, "ines", "no", "");
        again.ExitCode.ShouldBe(1, again.Output);
        again.Error.Trim().ShouldContain("has voted");
        again.Error.Trim().ShouldNotContain("\n");
        (await market.RunAsync("proposal", "show", id, "--json")).Json.GetProperty("votes").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_a_sentence()
    {
        var id = await market.ProposeAsync(140);
        string[] good = ["--rpc", market.Rpc, "--node", market.Node, "--market", market.MarketFile, "--abi", Abi, "--proposal", id,
            "--choice", "yes", "--keystore", market.KeystoreOf("ines")];
        foreach (var (option, value, code, saying) in new[]
        {
            ("--choice", "maybe", 2, "yes or no"),
            ("--proposal", "-1", 2, "a number"),
            ("--proposal", "4294967295", 1, "ProposalUnknown(proposalId 4294967295)"),
            ("--rpc", "nowhere", 2, "a URL"),
            ("--rpc", "http://127.0.0.1:1", 1, "chain does not answer"),
            ("--abi", market.Home, 1, "no ABI files"),
            ("--market", market.KeystoreOf("ines"), 1, "names no market"),
            ("--keystore", market.MarketFile, 1, "does not open"),
        })
        {
            var words = good.ToArray();
            words[Array.IndexOf(words, option) + 1] = value;
            var end = await Program.RunAsync(Program.Sample, market.Home, words);
            end.ExitCode.ShouldBe(code, $"{option} {value}: {end.Error}");
            end.Error.Split('\n')[0].ShouldContain(saying);
            end.Error.ShouldNotContain("   at ");
        }
        (await Program.RunAsync(Program.Sample, market.Home)).Error.ShouldContain("--keystore FILE");
    }

    [Fact]
    public void It_knows_nothing_of_this_product_but_the_abi_files()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "samples", "nethereum", "NethereumSample.csproj"));
        project.Descendants("ProjectReference").ShouldBeEmpty();
        project.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value)
            .ShouldAllBe(name => name.StartsWith("Nethereum.", StringComparison.Ordinal) || name == "Newtonsoft.Json");
    }

    private Task<Finished> RunAsync(string proposal, string voter, string choice, string reason) => Program.RunAsync(
        Program.Sample, market.Home,
        "--rpc", market.Rpc, "--node", market.Node, "--market", market.MarketFile, "--abi", Abi,
        "--proposal", proposal, "--choice", choice, "--reason", reason, "--keystore", market.KeystoreOf(voter));
}
