using DataBright.Ethereum;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>Every command that sends transactions, rehearsed on a real market of its own: the chain has none of them afterwards.</summary>
public sealed class DryRunTests(RunningMarket market) : IClassFixture<RunningMarket>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_command_that_spends_sends_anything_in_a_dry_run()
    {
        var (proposal, root, ballot) = await PrepareAsync();
        var request =
            (await market.RunAsync("request", "create", "--description", Written("wanted"), "--like", "1", "--reward", "0.5", "--pot", "20",
                "--open-for", "2d", "--key", "ines", "--json"))
            .ShouldSucceed().Json.GetProperty("id").GetRawText();
        var model = (await market.RunAsync("model", "list", "--json")).ShouldSucceed().Json.GetArrayLength();
        var walk = new Dictionary<string, (string[] Words, string? Sends, string? Pays)>
        {
            ["account withdraw"] = ([], null, null),
            ["dataset create"] = (["--name", "Bars", "--symbol", "BAR", "--images", market.Images, "--labels", market.Labels, "--take",
                "50", "--held-out-images", market.Images, "--held-out-labels", market.Labels, "--held-out-skip", "300"],
                "Datasets.create", "0.00"),
            ["proposal create"] = (["--dataset", "1", "--images", market.Images, "--labels", market.Labels, "--skip", "250", "--take",
                "10"], "Proposals.propose", "10.00"),
            ["proposal delist"] = (["--dataset", "1", "--root", root, "--reason", "stolen"], null, null),
            ["proposal replace"] = (["--dataset", "1", "--none", "--reason", "it has seen the held-out set"],
                "Proposals.proposeReplacement", "10.00"),
            ["proposal evaluate"] = ([proposal, "--anyway"], "Jobs.create", null),
            ["proposal vote"] = ([proposal, "--choice", "yes", "--reason", "good"], "Proposals.voteWithReason", "0.00"),
            ["proposal relay"] = ([ballot], "Proposals.voteBySig", "0.00"),
            ["proposal reveal"] = ([proposal], null, null),
            ["proposal appeal"] = ([proposal], null, null),
            ["proposal finalize"] = ([proposal], null, null),
            ["proposal comment"] = ([proposal, "--text", "hm"], null, null),
            ["proposal hide"] = ([proposal, $"0x{1:x64}"], null, null),
            ["request create"] = (["--description", Written("wanted"), "--like", "1", "--reward", "0.5", "--pot", "20", "--open-for", "2d"],
                "Requests.open", "20.00"),
            ["request answer"] = ([request, "--dataset", "1"], "Requests.answer", "0.00"),
            ["request adopt"] = ([request, "--dataset", "1"], "Requests.adopt", "0.00"),
            ["request sponsor"] = ([request, "--dollars", "3"], "Requests.sponsor", "3.00"),
            ["request vote"] = ([request, "--choice", "yes"], null, null),
            ["request decide"] = ([request], null, null),
            ["request pay"] = ([request], null, null),
            ["request close"] = ([request], null, null),
            ["request refund"] = ([request], null, null),
            ["share transfer"] = (["--dataset", "1", "--to", "ada", "--shares", "1"], "Shares.transfer", "0.00"),
            ["share delegate"] = (["--dataset", "1", "--to", "ada"], "Shares.delegate", "0.00"),
            ["share claim"] = ([], null, null),
            ["usage challenge"] = (["1", "--reason", "noise"], null, null),
            ["usage claim"] = (["1"], null, null),
            ["model register"] = (["--job", "9999", "--prediction-price", "0.001"], null, null),
            ["model best"] = (["9999"], null, null),
            ["model appoint"] = ([$"{model + 1}", "--worker", "ada"], null, null),
            ["model distribute"] = ([$"{model + 1}"], null, null),
            ["model predict"] = (["9999", "--row", "1"], null, null),
            ["model serve"] = (["9999"], null, null),
            ["worker start"] = ([], null, null),
            ["channel close"] = (["9999"], null, null),
            ["job create"] = (["--dataset", "1", "--architecture", "lenet-5", "--epochs", "1", "--price", "60", "--anyway"],
                "Jobs.create", "161.00"),
            ["job cancel"] = (["9999"], null, null),
            ["job refund"] = (["9999"], null, null),
            ["worker register"] = (["--stake", "100"], "Workers.register", "100.00"),
            ["worker claim"] = ([], null, null),
            ["worker drain"] = ([], null, null),
        };
        walk.Keys.ShouldBe(Verbs().Where(verb => verb.Options.Any(option => option.Name == "--dry-run")).Select(Named), ignoreOrder: true);
        Verbs().Where(verb => verb.Options.Any(option => option.Name == "--key") && verb.Options.All(option => option.Name != "--dry-run"))
            .Select(Named)
            .Where(name => !name.StartsWith("audit ", StringComparison.Ordinal)
                && name is not ("account public-key" or "dataset grant" or "job points" or "model export")).ShouldBeEmpty();

        var before = await StateAsync();
        foreach (var (command, (words, sends, pays)) in walk)
        {
            var done = await market.RunAsync([.. command.Split(' '), .. words, "--key", "ines", "--dry-run", "--json"]);
            (await StateAsync()).ShouldBe(before, $"{command} sent something");
            done.Output.ShouldNotContain("please report", Case.Insensitive, command);
            if (sends is null) continue;
            var told = done.ShouldSucceed().Json;
            told.GetProperty("dryRun").GetBoolean().ShouldBeTrue(command);
            var lines = told.GetProperty("transactions").EnumerateArray().ToList();
            lines[^1].GetProperty("call").GetString().ShouldBe(sends, command);
            lines.ShouldAllBe(line => line.GetProperty("gas").GetUInt64() > 20_000);
            if (pays is not null) told.GetProperty("pays").GetString().ShouldBe(pays, command);
        }
    }

    [Fact]
    public async Task What_is_refused_in_a_dry_run_is_refused_in_the_same_words()
    {
        string[] words = ["share", "transfer", "--dataset", "1", "--to", "ada", "--shares", "100000000", "--key", "ines"];
        var (dry, real) = (await market.RunAsync([.. words, "--dry-run"]), await market.RunAsync(words));
        dry.ShouldFailClearly(ExitCode.Refused);
        dry.Error.ShouldBe(real.Error);
    }

    [Fact]
    public async Task A_dry_run_tells_a_person_what_would_be_sent_and_that_nothing_was() =>
        (await market.RunAsync("worker", "register", "--stake", "100", "--key", "ines", "--dry-run")).ShouldSucceed().Output
            .ShouldSatisfyAllConditions(
                said => said.ShouldContain("TestDollar.approve"), said => said.ShouldContain("Workers.register"),
                said => said.ShouldContain("$100.00"), said => said.ShouldContain("Nothing was sent"));

    private static IEnumerable<Verb> Verbs() => Commands.Root().Subcommands.SelectMany(noun => noun.Subcommands.OfType<Verb>());

    private static string Named(Verb verb) => $"{verb.Parents.First().Name} {verb.Name}";

    private async Task<(string Proposal, string Root, string Ballot)> PrepareAsync()
    {
        var proposal = await market.ProposeAsync(1, 200, 10);
        var shown = (await market.RunAsync("dataset", "show", "1", "--json")).ShouldSucceed().Json;
        var root = shown.GetProperty("shards")[0].GetProperty("root").GetString()!;
        var ballot = Path.Combine(market.Home, "dry.ballot");
        (await market.RunAsync("proposal", "vote", proposal, "--choice", "yes", "--sign-only", ballot, "--key", "ada")).ShouldSucceed();
        return (proposal, root, ballot);
    }

    private string Written(string words)
    {
        var file = Path.Combine(market.Home, $"{words}.md");
        File.WriteAllText(file, words);
        return file;
    }

    /// <summary>A node serves what is in its data folder, to anybody.</summary>
    [Fact]
    public async Task A_dry_run_leaves_no_files_behind()
    {
        using var alone = new TemporaryFolder();
        File.Copy(Path.Combine(market.Home, "market.json"), alone["market.json"]);
        Directory.CreateDirectory(alone["keys"]);
        foreach (var key in Directory.GetFiles(Path.Combine(market.Home, "keys")))
            File.Copy(key, Path.Combine(alone["keys"], Path.GetFileName(key)));
        string[] create =
        [
            "dataset", "create", "--name", "Lone", "--symbol", "LONE", "--images", market.Images, "--labels", market.Labels, "--take", "50",
            "--held-out", "20%", "--public-held-out",
            "--key", "ines", "--dry-run", "--json", "--password-file", Path.Combine(market.Home, "password"), "--rpc", $"{market.Rpc}",
        ];
        (await Databright.CallAsync(alone.Path, create)).ShouldSucceed().Json.GetProperty("transactions").GetArrayLength().ShouldBe(1);
        var left = Directory.Exists(alone["blobs"]) ? Directory.GetFiles(alone["blobs"], "*", SearchOption.AllDirectories) : [];
        left.ShouldBeEmpty();
    }

    /// <summary>Nobody listens at the node's address, so whatever is sent there fails.</summary>
    [Fact]
    public async Task A_dry_run_uploads_nothing() => (await market.RunAsync(
        "proposal", "create", "--dataset", "1", "--images", market.Images, "--labels", market.Labels, "--skip", "210", "--take", "20",
        "--node", "http://127.0.0.1:1", "--key", "ines", "--dry-run", "--json")).ShouldSucceed().Json.GetProperty("transactions")
        .GetArrayLength().ShouldBeGreaterThan(0);

    private async Task<(ulong Block, ulong Ines, ulong Ada)> StateAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var client = new EthereumClient(new JsonRpcClient(http, market.Rpc));
        return (await client.BlockNumberAsync(Stop), await client.NonceAsync(Address.Parse(await market.AddressAsync("ines")), stop: Stop),
            await client.NonceAsync(Address.Parse(await market.AddressAsync("ada")), stop: Stop));
    }
}
