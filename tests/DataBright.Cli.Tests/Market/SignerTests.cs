using DataBright.Cli.Tests.Faults;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>People whose keys are elsewhere: here the chain's own process has one, and asks nobody.</summary>
[Collection(nameof(RunningMarket))]
public sealed class SignerTests(RunningMarket market) : IDisposable
{
    /// <summary>The last of the accounts that the chain's process has.</summary>
    private const string Olga = "0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Somebody_proposes_votes_comments_and_gives_shares_away_without_a_key_here()
    {
        (await market.RunAsync("account", "fund", Olga, "--dollars", "100")).ShouldSucceed();
        (await market.RunAsync("share", "transfer", "--dataset", "1", "--to", Olga, "--shares", "5", "--key", "ada")).ShouldSucceed();

        // A bond is money: the signer is asked for the approval and for the proposal.
        var made = (await ActAsync("proposal", "create", "--dataset", "1", "--images", market.Images, "--labels", market.Labels, "--skip",
            "170", "--take", "10")).ShouldSucceed();
        made.Error.Split('\n').Count(line => line.StartsWith("Asking the signer at http://127.0.0.1:", StringComparison.Ordinal))
            .ShouldBe(2);
        var id = made.Json.GetProperty("id").GetRawText();

        (await ActAsync("proposal", "comment", id, "Mine, from the north.")).ShouldSucceed();
        var vote = (await ActAsync("proposal", "vote", id, "--choice", "yes", "--reason", "mine")).ShouldSucceed().Json;
        vote.GetProperty("voter").GetString().ShouldBe(Olga);
        (await ActAsync("proposal", "vote", id, "--choice", "yes")).ExitCode.ShouldBe(ExitCode.Refused);

        (await ActAsync("share", "transfer", "--dataset", "1", "--to", "ada", "--shares", "5")).ShouldSucceed();
    }

    [Fact]
    public async Task A_ballot_that_was_signed_elsewhere_is_carried_like_any_other()
    {
        (await market.RunAsync("share", "transfer", "--dataset", "1", "--to", Olga, "--shares", "5", "--key", "ada")).ShouldSucceed();
        var (id, ballot) = (await market.ProposeAsync(1, 190, 10), _folder["ballot.json"]);

        (await ActAsync("proposal", "vote", id, "--choice", "no", "--sign-only", ballot)).ShouldSucceed();

        (await market.RunAsync("proposal", "relay", ballot, "--key", "ines", "--json")).ShouldSucceed().Json.GetProperty("voter")
            .GetString().ShouldBe(Olga);
        (await ActAsync("share", "transfer", "--dataset", "1", "--to", "ada", "--shares", "5")).ShouldSucceed();
    }

    [Fact]
    public async Task The_environment_may_name_the_signer_and_a_key_that_is_named_goes_before_it()
    {
        var words = new[] { "proposal", "vote", "900", "--choice", "yes", "--account", Olga };
        var password = new[] { "--key", "ada", "--password-file", Path.Combine(market.Home, "password") };

        // There is no such proposal: whoever acts is told that, and nobody is asked to sign.
        (await RunWithAsync(market.Rpc.ToString(), words)).ShouldFailClearly(ExitCode.NotFound, "no proposal 900");
        (await RunWithAsync("nowhere", words)).ShouldFailClearly(ExitCode.Usage, "DATABRIGHT_SIGNER: 'nowhere' is no URL");
        (await RunWithAsync("http://127.0.0.1:9", ["proposal", "vote", "900", "--choice", "yes", .. password]))
            .ShouldFailClearly(ExitCode.NotFound, "no proposal 900");
    }

    [Fact]
    public async Task Who_does_not_exist_or_cannot_act_is_told_in_one_line()
    {
        string[] vote = ["proposal", "vote", "900", "--choice", "yes"];
        (await market.RunAsync([.. vote, "--signer", "http://127.0.0.1:9"])).ShouldFailClearly(ExitCode.Unreachable,
            "The signer cannot be asked", "Nothing was signed or sent");
        (await market.RunAsync([.. vote, "--signer", "ftp://somewhere"])).ShouldFailClearly(ExitCode.Usage, "is no URL");
        (await market.RunAsync([.. vote, "--signer", market.Rpc.ToString()])).ShouldFailClearly(ExitCode.Denied, "offers 20 accounts",
            "Say which of them acts");
        (await market.RunAsync([.. vote, "--signer", market.Rpc.ToString(), "--account", "0x0000000000000000000000000000000000000001"]))
            .ShouldFailClearly(ExitCode.Denied, "does not offer 0x0000000000000000000000000000000000000001");
        (await market.RunAsync([.. vote, "--signer", market.Rpc.ToString(), "--account", "ada"])).ShouldFailClearly(ExitCode.Usage,
            "'ada' is no address");
        (await market.RunAsync([.. vote, "--signer", market.Rpc.ToString(), "--signer-wait", "2h"]))
            .ShouldFailClearly(ExitCode.Usage, "2h");
        (await market.RunAsync([.. vote, "--account", Olga])).ShouldFailClearly(ExitCode.Usage, "name the signer with --signer");
        (await market.RunAsync([.. vote, "--signer", market.Rpc.ToString(), "--key", "ada"])).ShouldFailClearly(ExitCode.Usage, "not both");
        await using var elsewhere = FakeChain.Empty(1);
        (await market.RunAsync([.. vote, "--signer", elsewhere.Url])).ShouldFailClearly(ExitCode.Unreachable,
            "stands on chain 1, the market is on chain 31337");
    }

    [Fact]
    public async Task A_person_declines()
    {
        await using var signer = new FakeChain(method => method switch
        {
            "eth_chainId" => "\"0x7a69\"",
            "eth_accounts" => $"[\"{Olga.ToLowerInvariant()}\"]",
            _ => """error {"code":4001,"message":"User rejected the request."}""",
        });

        var declined = await market.RunAsync("share", "delegate", "--dataset", "1", "--to", Olga, "--signer", signer.Url);

        declined.ExitCode.ShouldBe(ExitCode.Denied, declined.Error);
        declined.Error.Split('\n')[0].ShouldStartWith("Asking the signer at ");
        declined.Error.ShouldContain("and declined (User rejected the request.). Nothing was signed or sent.");
        declined.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("worker start --market http://127.0.0.1:9", ExitCode.Usage, "A worker decrypts its data")]
    [InlineData("worker register --stake 1", ExitCode.Denied, "A worker is sent data that only its key decrypts")]
    [InlineData("model serve 1", ExitCode.Usage, "Serving signs answers by the hundred")]
    [InlineData("account public-key", ExitCode.Usage, "Others encrypt to a public key")]
    public async Task What_needs_the_key_itself_says_so(string words, int code, string why)
    {
        if (words.StartsWith("worker start", StringComparison.Ordinal))
            words = $"worker start --market {Node}";
        (await market.RunAsync([.. words.Split(' '), "--signer", market.Rpc.ToString(), "--account", Olga])).ShouldFailClearly(code, why,
            "takes a key of this machine");
    }

    private string Node =>
        System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(market.Home, "node.json"))).RootElement.GetProperty("address")
            .GetString()!;

    private Task<Finished> ActAsync(params string[] words) =>
        market.RunAsync([.. words, "--signer", market.Rpc.ToString(), "--account", Olga, "--json"]);

    private Task<Finished> RunWithAsync(string signer, string[] words) =>
        Databright.RunAsync(market.Home, null, words, environment: [("DATABRIGHT_SIGNER", signer)]);
}
