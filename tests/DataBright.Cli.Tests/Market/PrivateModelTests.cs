using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Serving;
using DataBright.Storage;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;

namespace DataBright.Cli.Tests.Market;

/// <summary>A model with sealed parameters, served by three workers that its owner chose, and asked of all three at once.</summary>
[Collection(nameof(RunningMarket))]
public sealed class PrivateModelTests(RunningMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_the_chosen_can_serve_it_and_three_of_them_agree()
    {
        foreach (var name in new[] { "olga", "wim", "willa", "nosy" })
            await market.PartyAsync(name);
        var dataset = (await market.CreateDatasetAsync("--key", "ines")).ShouldSucceed().Json.GetProperty("id").GetRawText();
        var model = await RegisterAsync(dataset, reader: await PublicKeyAsync("wim"));

        // The file is out of others' reach, and its owner's own key opens it.
        (await market.RunAsync("model", "export", model, "--out", _folder["theirs"], "--key", "nosy"))
            .ShouldFailClearly(ExitCode.Denied, "not sealed to");
        (await market.RunAsync("model", "export", model, "--out", _folder["own"], "--key", "olga")).ShouldSucceed();
        (await Checkpoint.LoadAsync(_folder["own"], Stop)).ToBytes().ShouldBe(File.ReadAllBytes(_folder["made"]));

        (await market.RunAsync("model", "appoint", model, "--worker", "willa", "--key", "olga")).ShouldFailClearly(ExitCode.NotFound,
            "account public-key");
        var grant = await AppointAsync(model, await PublicKeyAsync("willa"));
        await AppointAsync(model, await PublicKeyAsync("wim"));
        await AppointAsync(model, await PublicKeyAsync("nosy"));
        (await market.RunAsync("model", "serve", model, "--key", "willa")).ShouldFailClearly(ExitCode.Refused, "model appoint");
        (await market.RunAsync("model", "serve", model, "--key", "nosy", "--grant", grant)).ShouldFailClearly(ExitCode.Refused,
            "The grant is for");

        await using var owner = await ServeAsync(model, "olga");
        await using var named = await ServeAsync(model, "wim");
        await using var granted = await ServeAsync(model, "willa", "--grant", grant);
        var answer = await AskAsync(model, [owner.Address, named.Address, granted.Address]);
        answer.GetProperty("agreeing").GetArrayLength().ShouldBe(3);
        answer.GetProperty("channels").GetArrayLength().ShouldBe(3);
        answer.GetProperty("paid").GetString().ShouldBe("0.006");
        (await market.RunAsync("model", "predict", model, "--row", Row(), "--at", owner.Address, "--at", owner.Address, "--key", "ada"))
            .ShouldFailClearly(ExitCode.Usage, "same worker");
        foreach (var serving in new[] { owner, named, granted })
            await serving.EndAsync();
        await AuditAsync(model);
    }

    /// <summary>Evidence is judged by computing it again: what was signed and is false, and what was never signed.</summary>
    private async Task AuditAsync(string model)
    {
        var addresses = MarketFile.Load(Path.Combine(market.Home, "market.json")).ShouldNotBeNull();
        var book = new AccountBook(new HomeFolder(market.Home));
        using var worker = book.Open(book.Find("willa")!, "secret");
        var inputs = new float[784];
        var scores = new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
        var receipt = new PredictionReceipt(
            ModelId.Parse(model), Made().Hash, new ChannelId(1), Money.Dollars(1), PredictionRequest.HashOf(inputs),
            PredictionRequest.HashOf(scores));
        var lie = new PredictionAnswer(receipt, new AnswerStatements(addresses).Sign([receipt], worker)[0], scores);
        var file = _folder["answer.json"];

        File.WriteAllBytes(file, CanonicalJson.Write(AnswerEvidence.Of(addresses, worker.Address, inputs, lie)));
        (await market.RunAsync("audit", "answer", file)).ShouldFailClearly(ExitCode.Refused, "private");
        var judged = await market.RunAsync("audit", "answer", file, "--key", "olga", "--json");
        judged.ExitCode.ShouldBe(ExitCode.CheckFailed);
        judged.Json.GetProperty("finding").GetString().ShouldBe("lie");

        var framed = AnswerEvidence.Of(addresses, worker.Address, inputs, lie)
            with { Worker = Address.Parse(await market.AddressAsync("wim")) };
        File.WriteAllBytes(file, CanonicalJson.Write(framed));
        (await market.RunAsync("audit", "answer", file, "--key", "olga", "--json")).Json.GetProperty("finding").GetString()
            .ShouldBe("unsigned");
        File.WriteAllText(file, "{\"chainId\":1}");
        (await market.RunAsync("audit", "answer", file, "--key", "olga")).ShouldFailClearly(ExitCode.BadInput, "no evidence");
    }

    private async Task<string> RegisterAsync(string dataset, string reader)
    {
        var file = _folder["made"];
        File.WriteAllBytes(file, Made().ToBytes());
        string[] words =
        [
            "model", "register", "--checkpoint", file, "--architecture", "softmax-regression", "--dataset", dataset, "--accuracy", "50",
            "--prediction-price", "0.002", "--royalty", "5", "--key", "olga",
        ];
        (await market.RunAsync([.. words, "--for", reader])).ShouldFailClearly(ExitCode.Usage, "--private");
        File.WriteAllText(_folder["card.md"], "# Bars 1.0\n\nReads bars.\n\nLicence: CC0.\n");
        var registered = (await market.RunAsync([.. words, "--private", "--for", reader, "--card", _folder["card.md"], "--json"]))
            .ShouldSucceed().Json;
        registered.GetProperty("isPrivate").GetBoolean().ShouldBeTrue();
        return registered.GetProperty("id").GetRawText();
    }

    private async Task<string> AppointAsync(string model, string publicKey) =>
        (await market.RunAsync("model", "appoint", model, "--worker", publicKey, "--key", "olga", "--json")).ShouldSucceed().Json
            .GetProperty("grant").GetString()!;

    private async Task<string> PublicKeyAsync(string name) =>
        (await market.RunAsync("account", "public-key", "--key", name, "--json")).ShouldSucceed().Json.GetProperty("publicKey")
            .GetString()!;

    private async Task<JsonElement> AskAsync(string model, string[] workers) => (await market.RunAsync(
        ["model", "predict", model, "--row", Row(), "--key", "ada", "--json", .. workers.SelectMany(worker => new[] { "--at", worker })]))
        .ShouldSucceed().Json;

    private async Task<Serving> ServeAsync(string model, string name, params string[] more)
    {
        var process = Databright.Start(market.Home, "secret", ["model", "serve", model, "--key", name, "--end-with-parent", .. more]);
        var ready = await process.Output.ReadLineAsync(Stop);
        return ready is null ? throw new InvalidOperationException((await process.EndAsync()).Error)
            : new Serving(process, ready["ready ".Length..]);
    }

    private static string Row() => string.Join(',', Enumerable.Range(0, 784).Select(i => i % 7 == 0 ? "0.5" : "0"));

    private static Checkpoint Made() => new([.. Architectures.SoftmaxRegression.Parameters.Select((parameter, p) =>
        new Tensor(parameter.Name, parameter.Dimensions,
            Enumerable.Range(0, parameter.Count).Select(i => MathF.Sin(i + 31 * p)).ToArray()))]);

    private sealed class Serving(Databright process, string address) : IAsyncDisposable
    {
        public string Address => address;

        public async Task EndAsync()
        {
            process.Orphan();
            (await process.EndAsync()).ExitCode.ShouldBe(0);
        }

        public ValueTask DisposeAsync() => process.DisposeAsync();
    }
}
