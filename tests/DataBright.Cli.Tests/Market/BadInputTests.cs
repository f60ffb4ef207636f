using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>Bad input to a market that runs: one clear line, the right code, and nothing is lost or begun.</summary>
[Collection(nameof(RunningMarket))]
public sealed class BadInputTests(RunningMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("dataset show 900", "There is no dataset 900")]
    [InlineData("proposal show 900", "There is no proposal 900")]
    [InlineData("proposal vote 900 --choice yes --key ada", "There is no proposal 900")]
    [InlineData("proposal finalize 900 --key ada", "There is no proposal 900")]
    [InlineData("model show 900", "There is no model 900")]
    [InlineData("model export 900 --out m.safetensors", "There is no model 900")]
    [InlineData("job show 900", "There is no job 900")]
    [InlineData("usage show 900", "There is no job 900")]
    [InlineData("usage claim 900 --key ada", "There is no job 900")]
    [InlineData("usage challenge 900 --reason wrong --key ada", "There is no job 900")]
    [InlineData("request show 900", "There is no request 900")]
    [InlineData("request pay 900 --key ada", "There is no request 900")]
    [InlineData("request sponsor 900 --dollars 1 --key ada", "There is no request 900")]
    [InlineData("request decide 900 --key ada", "There is no request 900")]
    [InlineData("request close 900 --key ada", "There is no request 900")]
    [InlineData("request refund 900 --key ada", "There is no request 900")]
    [InlineData("proposal reveal 900 --key ada", "no vote on proposal 900")]
    [InlineData("proposal appeal 900 --key ada", "There is no proposal 900")]
    [InlineData("job watch 900", "There is no job 900")]
    [InlineData("model register --job 900 --key ada", "There is no job 900")]
    [InlineData("share transfer --dataset 900 --to ada --shares 1 --key ines", "There is no dataset 900")]
    [InlineData("share transfer --dataset 1 --to nobody --shares 1 --key ines", "There is no account nobody")]
    [InlineData("job create --dataset 900 --architecture lenet-5 --price 1 --key ada", "There is no dataset 900")]
    [InlineData("job create --dataset 1 --architecture lenet-5 --price 1 --scheduler-key 77 --key ada", "no live scheduler with key 77")]
    public async Task What_does_not_exist_is_named(string line, string saying) =>
        (await market.RunAsync(line.Split(' '))).ShouldFailClearly(ExitCode.NotFound, saying);

    [Fact]
    public async Task A_relayer_cannot_do_more_for_one_than_for_all() =>
        (await market.RunAsync("up", "--relayer-per-account", "9", "--relayer-per-day", "8")).ShouldFailClearly(ExitCode.Usage,
            "--relayer-per-day");

    [Fact]
    public async Task A_wrong_password_and_an_unknown_key_sign_nothing()
    {
        File.WriteAllText(_folder["wrong"], "wrong");
        (await market.RunAsync("share", "claim", "--key", "ada", "--password-file", _folder["wrong"]))
            .ShouldFailClearly(ExitCode.Denied, "password is wrong");
        (await market.RunAsync("share", "claim", "--key", "nobody")).ShouldFailClearly(ExitCode.Denied, "no account nobody");
        (await market.RunAsync("share", "claim")).ShouldFailClearly(ExitCode.Denied, "--key", "ada", "ines");
    }

    [Fact]
    public async Task A_bare_key_that_others_can_read_is_not_used()
    {
        if (OperatingSystem.IsWindows())
            return; // no permissions of this kind there
        File.WriteAllText(_folder["key"], new string('1', 64));
        File.SetUnixFileMode(_folder["key"], UnixFileMode.UserRead | UnixFileMode.OtherRead);

        (await market.RunAsync("share", "claim", "--key-file", _folder["key"])).ShouldFailClearly(ExitCode.Denied, "chmod 600");
    }

    [Fact]
    public async Task Copies_are_offered_only_by_those_who_say_that_they_mean_it()
    {
        string[] offer = ["proposal", "create", "--dataset", "1", "--images", market.Images, "--labels", market.Labels, "--skip", "90",
            "--take", "20", "--key", "ines"];

        (await market.RunAsync(offer)).ShouldFailClearly(ExitCode.Refused, "10 of 20 points are not new", "10 exact copies, 0 near-copies",
            "--anyway");
        var offered = (await market.RunAsync([.. offer, "--anyway", "--json"])).ShouldSucceed().Json;
        offered.GetProperty("duplicates").GetInt32().ShouldBe(10);
        offered.GetProperty("nearCopies").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Without_ether_it_says_that_gas_cannot_be_paid()
    {
        (await market.RunAsync("account", "new", "poor", "--light")).ShouldSucceed();
        (await market.RunAsync("account", "fund", "poor", "--ether", "0", "--dollars", "50")).ShouldSucceed();

        (await ProposeAsync("poor", market.Images, market.Labels)).ShouldFailClearly(ExitCode.Refused, "ether", "account fund");
    }

    [Fact]
    public async Task Without_dollars_it_says_what_is_there_and_what_is_needed()
    {
        (await market.RunAsync("account", "new", "broke", "--light")).ShouldSucceed();
        (await market.RunAsync("account", "fund", "broke", "--dollars", "0.5")).ShouldSucceed();

        (await ProposeAsync("broke", market.Images, market.Labels)).ShouldFailClearly(ExitCode.Refused, "0.50", "10.00");
    }

    [Fact]
    public async Task Damaged_files_of_images_are_named_and_nothing_is_proposed()
    {
        RunningMarket.WriteIdx(_folder["short"], _folder["short-labels"], count: 9, headerCount: 10);
        RunningMarket.WriteIdx(_folder["ten"], _folder["ten-labels"], count: 10, headerCount: 10);
        RunningMarket.WriteIdx(_folder["nine"], _folder["nine-labels"], count: 9, headerCount: 9);
        File.WriteAllText(_folder["text"], "not images");
        var before = await CountAsync();

        (await ProposeAsync("ada", _folder["short"], _folder["ten-labels"])).ShouldFailClearly(ExitCode.BadInput,
            _folder["short"]);
        (await ProposeAsync("ada", _folder["ten"], _folder["nine-labels"])).ShouldFailClearly(ExitCode.BadInput,
            _folder["nine-labels"], "10");
        (await ProposeAsync("ada", _folder["text"], _folder["ten-labels"])).ShouldFailClearly(ExitCode.BadInput,
            _folder["text"]);
        (await ProposeAsync("ada", _folder["missing"], _folder["ten-labels"])).ShouldFailClearly(ExitCode.BadInput,
            _folder["missing"]);

        (await CountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_damaged_shard_file_is_named_and_nothing_is_proposed()
    {
        File.WriteAllBytes(_folder["cut.shard"], [.. "DBSH"u8, 1, 1, 1, 0, 4, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0]);
        File.WriteAllText(_folder["other.shard"], "PK");
        var before = await CountAsync();

        foreach (var (file, saying) in new[] { ("cut.shard", "cut off"), ("other.shard", "cut off in its head"),
            ("missing.shard", "does not exist") })
            (await market.RunAsync("proposal", "create", "--dataset", "1", "--shard", _folder[file], "--key", "ada"))
                .ShouldFailClearly(ExitCode.BadInput, _folder[file], saying);
        (await market.RunAsync("proposal", "create", "--dataset", "1", "--key", "ada")).ShouldFailClearly(ExitCode.Usage,
            "--images", "--shard");

        (await CountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_carried_out_buys_nothing()
    {
        (await market.RunAsync("job", "create", "--dataset", "2", "--architecture", "lenet-5", "--price", "1", "--partitions", "200",
            "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "partition");
        (await market.RunAsync("job", "create", "--dataset", "2", "--architecture", "lenet-6", "--price", "1", "--key", "ada"))
            .ShouldFailClearly(ExitCode.BadInput, "lenet-6", "lenet-5");
        File.WriteAllText(_folder["net.json"], """{"name":"x"}""");
        (await market.RunAsync("job", "create", "--dataset", "2", "--architecture", _folder["net.json"], "--price", "1", "--key",
            "ada")).ShouldFailClearly(ExitCode.BadInput, _folder["net.json"]);
    }

    [Fact]
    public async Task A_worker_that_is_not_registered_is_told_how_to_register() =>
        (await market.RunAsync("worker", "start", "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "worker register");

    [Fact]
    public async Task The_folder_of_a_running_node_is_not_used_twice()
    {
        (await market.RunAsync("up")).ShouldFailClearly(ExitCode.HomeUnusable, "in use by process");
        (await market.RunAsync("index", "rebuild")).ShouldFailClearly(ExitCode.HomeUnusable, "index.db", "in use by process");
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named_without_a_stack_trace()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        (await Databright.RunAsync(_folder["home"], "up", "--listen", $"http://{taken.LocalEndpoint}"))
            .ShouldFailClearly(ExitCode.Unreachable, $"{taken.LocalEndpoint}", "--listen");
    }

    private Task<Finished> ProposeAsync(string key, string images, string labels) =>
        market.RunAsync("proposal", "create", "--dataset", "1", "--images", images, "--labels", labels, "--skip", "0", "--take", "10",
            "--key", key, "--anyway");

    private async Task<int> CountAsync() => (await market.RunAsync("proposal", "list", "--json")).ShouldSucceed().Json.GetArrayLength();
}
