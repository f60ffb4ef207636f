using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Market.Datasets;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>A job from its purchase to everybody's money, all by the command line, three workers in processes of their own.</summary>
/// <remarks>Its market is its own: what its workers' presence and its jobs' dividends leave behind is nobody else's.</remarks>
public sealed class JobTests(RunningMarket market) : IClassFixture<RunningMarket>, IDisposable
{
    private static readonly string[] Names = ["wanda", "willem", "wu"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bought_job_becomes_a_model_and_pays_everyone()
    {
        await Task.WhenAll(Names.Select(RegisterAsync));
        await using var workers =
            new Crew(Names.Select(name => Databright.Start(market.Home, "secret", "worker", "start", "--key", name, "--end-with-parent")));
        foreach (var worker in workers.All)
            (await worker.Output.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldStartWith("ready ");

        var job =
            (await market.RunAsync("job", "create", "--dataset", "3", "--architecture", "softmax-regression", "--epochs", "2",
                "--optimiser", "adam", "--price", "30", "--key", "ada", "--json"))
            .ShouldSucceed().Json.GetProperty("id").GetRawText();
        var watched = (await market.RunAsync("job", "watch", job, "--json")).ShouldSucceed();

        watched.Json.GetProperty("state").GetString().ShouldBe("settled");
        watched.Error.ShouldContain("agreed");
        var paid = (await market.RunAsync("worker", "claim", "--job", job, "--key", Names[0], "--json")).ShouldSucceed().Json;
        paid.GetProperty("paid").GetString().ShouldStartWith("9.99");
        (await market.RunAsync("worker", "claim", "--job", job, "--key", Names[0])).ShouldFailClearly(ExitCode.Refused, "nothing");
        (await market.RunAsync("share", "claim", "--dataset", "3", "--key", "ines", "--json")).ShouldSucceed().Json.GetProperty("total")
            .GetString().ShouldBe("30.00");
        await DivideByUseAsync(job);
        await RegisterAndExportAsync(job);
        await ProposeAndEvaluateAsync();

        // A worker that its parent leaves ends by itself, and a leaving one keeps its stake until the cool-down is over.
        foreach (var worker in workers.All)
        {
            worker.Orphan();
            (await worker.EndAsync()).ExitCode.ShouldBe(0);
        }

        (await market.RunAsync("worker", "drain", "--key", Names[2])).ShouldSucceed().Output.ShouldContain("$100.00, free at");
        (await market.RunAsync("worker", "drain", "--key", Names[2])).ShouldFailClearly(ExitCode.Refused, "not before");
    }

    private async Task RegisterAsync(string name)
    {
        await market.PartyAsync(name);
        (await market.RunAsync("worker", "register", "--stake", "100", "--key", name)).ShouldSucceed();
    }

    /// <summary>The dataset has a best model now: both sides go on from it. Told again, the same job is taken up.</summary>
    private async Task ProposeAndEvaluateAsync()
    {
        string[] offer = ["proposal", "create", "--dataset", "3", "--images", market.Images, "--labels", market.Labels, "--skip", "200",
            "--take", "40", "--key", "ines", "--json", "--evaluate"];
        var proposed = (await market.RunAsync(offer)).ShouldSucceed().Json;
        var (proposal, job) = (proposed.GetProperty("id").GetRawText(), proposed.GetProperty("evaluation").GetRawText());
        proposed.GetProperty("gain").GetDouble().ShouldBeInRange(-0.5, 0.5);

        var shown = (await market.RunAsync("proposal", "show", proposal, "--json")).ShouldSucceed().Json;
        shown.GetProperty("proposal").GetProperty("evaluation").GetProperty("job").GetRawText().ShouldBe(job);
        var plan = (await market.RunAsync("job", "show", job, "--json")).ShouldSucceed().Json.GetProperty("job").GetProperty("plan")
            .GetString()!;
        var best = (await market.RunAsync("model", "list", "--dataset", "3", "--json")).ShouldSucceed().Json[0].GetProperty("checkpoint")
            .GetString()!;
        var document = await new FolderBlobStore(Path.Combine(market.Home, "blobs")).ReadAsync(Cid.Raw(Digest.Parse(plan)), 1 << 20,
            TestContext.Current.CancellationToken);
        System.Text.Encoding.UTF8.GetString(document).Split(best).Length.ShouldBe(9, "all eight runs begin with the best checkpoint");

        var again = (await market.RunAsync("proposal", "evaluate", proposal, "--key", "ines", "--json")).ShouldSucceed().Json;
        again.GetProperty("job").GetRawText().ShouldBe(job, "nothing is bought twice");
    }

    /// <summary>What goes by use is posted by the scheduler, challenged by a shareholder, and ruled on by the referee.</summary>
    private async Task DivideByUseAsync(string job)
    {
        var posted = await UntilAsync(job, "posted");
        posted.GetProperty("lines")[0].GetProperty("contributor").GetString()
            .ShouldBe(await market.AddressAsync("ines"), "all points are the founder's");
        (await market.RunAsync("usage", "show", job)).ShouldSucceed().Output.ShouldContain("Challenges until");
        (await market.RunAsync("usage", "claim", job, "--key", "ines")).ShouldFailClearly(ExitCode.Refused, "can be challenged until");
        var open = (await market.RunAsync("usage", "list", "--contributor", "ines", "--json")).ShouldSucceed().Json[0];
        open.GetProperty("job").GetRawText().ShouldBe(job);
        open.GetProperty("claimable").GetBoolean().ShouldBeFalse();
        (await market.RunAsync("share", "claim", "--key", "ines")).ShouldFailClearly(ExitCode.Refused, "databright usage list");
        (await market.RunAsync("usage", "challenge", job, "--reason", "let us see", "--key", "ada", "--json")).ShouldSucceed().Json
            .GetProperty("challenger").GetString().ShouldBe(await market.AddressAsync("ada"));

        var final = await UntilAsync(job, "final");
        var amount = final.GetProperty("lines")[0].GetProperty("amount").GetString();
        (await market.RunAsync("usage", "claim", job, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "earned nothing");
        (await market.RunAsync("share", "list", "--holder", "ines")).ShouldSucceed().Output
            .ShouldContain("More to claim was earned by the use of points");
        (await market.RunAsync("share", "claim", "--for", "ines", "--dataset", "1", "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "earned nothing");
        var paid = (await market.RunAsync("share", "claim", "--for", "ines", "--key", "ada", "--json")).ShouldSucceed().Json;
        paid.GetProperty("usage")[0].GetProperty("job").GetRawText().ShouldBe(job);
        paid.GetProperty("total").GetString().ShouldBe(amount, "the shares have earned nothing since");
        (await market.RunAsync("usage", "claim", job, "--for", "ines", "--key", "ada")).ShouldFailClearly(ExitCode.Refused);
        (await market.RunAsync("usage", "list", "--contributor", "ines")).ShouldSucceed().Output.ShouldContain("Nothing waits");
        (await market.RunAsync("usage", "show", job)).ShouldSucceed().Output.ShouldContain("yes");
    }

    private async Task<System.Text.Json.JsonElement> UntilAsync(string job, string state)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            var shown = (await market.RunAsync("usage", "show", job, "--json")).ShouldSucceed().Json;
            if (shown.GetProperty("posting") is { ValueKind: System.Text.Json.JsonValueKind.Object } posting
                && posting.GetProperty("state").GetString() == state) return shown;
            await tick.WaitForNextTickAsync(patience.Token);
        }
    }

    private async Task RegisterAndExportAsync(string job)
    {
        (await market.RunAsync("model", "register", "--job", job, "--key", "ines")).ShouldFailClearly(ExitCode.Refused,
            "belongs to its buyer");
        var model = (await market.RunAsync("model", "register", "--job", job, "--prediction-price", "0.001", "--key", "ada", "--json"))
            .ShouldSucceed().Json;
        var id = model.GetProperty("id").GetRawText();
        (await market.RunAsync("model", "register", "--job", job, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "already",
            $"model {id}");
        model.GetProperty("accuracyPpm").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Number);
        model.GetProperty("claimedPpm").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);

        var file = _folder["model.safetensors"];
        (await market.RunAsync("model", "export", id, "--out", file)).ShouldSucceed();
        (await Checkpoint.LoadAsync(file, TestContext.Current.CancellationToken)).Hash.ToString()
            .ShouldBe(model.GetProperty("checkpoint").GetString());
        (await market.RunAsync("model", "export", id, "--out", file)).ShouldFailClearly(ExitCode.Refused, "--force");
        // What a job made is not registered again as a file, by anybody's word.
        (await market.RunAsync(
            "model", "register", "--checkpoint", file, "--architecture", "softmax-regression", "--dataset",
            model.GetProperty("dataset").GetRawText(), "--accuracy", "99", "--key", "ines"))
            .ShouldFailClearly(ExitCode.Refused, "already", $"model {id}");

        // Both files say what the numbers mean, which the hash of the parameters does not count.
        var whole = _folder["model.onnx"];
        (await market.RunAsync("model", "export", id, "--out", whole)).ShouldSucceed();
        var checkpoint = await Checkpoint.LoadAsync(file, TestContext.Current.CancellationToken);
        var schema = System.Text.Encoding.UTF8.GetString(SchemaOfBars());
        var metadata = new Dictionary<string, string> { ["databright.schema"] = schema };
        File.ReadAllBytes(whole).ShouldBe(OnnxModel.Write(Architectures.SoftmaxRegression, checkpoint, metadata));
        File.ReadAllBytes(file).ShouldBe(checkpoint.ToBytes(metadata));

        // One bit of the stored file turned: it is noticed, named, and the good export stays.
        var (exported, good) = (File.ReadAllBytes(file), checkpoint.ToBytes());
        var stored = Directory.EnumerateFiles(Path.Combine(market.Home, "blobs"), "*", SearchOption.AllDirectories)
            .Single(path => File.ReadAllBytes(path).AsSpan().SequenceEqual(good));
        var bad = (byte[])good.Clone();
        bad[^1] ^= 1;
        File.SetAttributes(stored, FileAttributes.Normal);
        File.WriteAllBytes(stored, bad);
        (await market.RunAsync("model", "export", id, "--out", file, "--force")).ShouldFailClearly(ExitCode.BadInput,
            model.GetProperty("cid").GetString()!);
        File.ReadAllBytes(file).ShouldBe(exported);
        File.WriteAllBytes(stored, good);
        await SellPredictionsAsync(id);
    }

    /// <summary>The schema of the pictures of bars, as 'dataset create' writes it.</summary>
    private static byte[] SchemaOfBars() => new DatasetSchema(
        DatasetSchema.CurrentFormat, new DataSchema(ElementType.UInt8, [1, 28, 28], 10).Hash, null, null, new SchemaPicture(1, 28, 28),
        null, ValueScale.Bytes).ToJson();

    /// <summary>
    /// The model's owner serves it; somebody asks, first on trial and then for money, and takes the rest of the deposit back.
    /// </summary>
    private async Task SellPredictionsAsync(string model)
    {
        await market.PartyAsync("petra");
        (await market.RunAsync("model", "predict", model, "--images", market.Images, "--labels", market.Labels, "--take", "5", "--key",
            "petra")).ShouldFailClearly(ExitCode.Usage, "--at");
        (await market.RunAsync("model", "serve", model, "--key", "petra")).ShouldFailClearly(ExitCode.Refused, "may not serve");
        await using var serving = Databright.Start(market.Home, "secret", "model", "serve", model, "--key", "ada", "--trial-per-day", "3",
            "--end-with-parent");
        (await serving.Output.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldStartWith("ready ");

        string[] three = ["model", "predict", model, "--images", market.Images, "--labels", market.Labels, "--take", "3"];
        (await market.RunAsync([.. three, "--trial", "--json"])).ShouldSucceed().Json.GetProperty("paid").GetString().ShouldBe("0.00");
        (await market.RunAsync([.. three, "--trial"])).ShouldFailClearly(ExitCode.Refused, "trial");
        var bought = (await market.RunAsync([.. three, "--deposit", "0.05", "--key", "petra", "--json"])).ShouldSucceed().Json;
        bought.GetProperty("paid").GetString().ShouldBe("0.003");
        bought.GetProperty("predictions").GetArrayLength().ShouldBe(3);
        (await market.RunAsync([.. three, "--key", "petra", "--json"])).ShouldSucceed().Json.GetProperty("channels").GetRawText()
            .ShouldBe(bought.GetProperty("channels").GetRawText());
        (await market.RunAsync("model", "predict", model, "--words", "seven", "--key", "petra")).ShouldFailClearly(ExitCode.BadInput,
            "which is no text");
        (await market.RunAsync("model", "predict", model, "--words", "seven", "--row", "7", "--key", "petra"))
            .ShouldFailClearly(ExitCode.Usage, "--words alone");
        (await market.RunAsync("model", "predict", model, "--row", "1,2,3", "--key", "petra")).ShouldFailClearly(ExitCode.BadInput,
            "takes 784 numbers");

        serving.Orphan();
        (await serving.EndAsync()).ExitCode.ShouldBe(0);
        var id = bought.GetProperty("channels")[0].GetRawText();
        var channel = (await market.RunAsync("channel", "list", "--json")).ShouldSucceed().Json.EnumerateArray()
            .Single(one => one.GetProperty("id").GetRawText() == id);
        channel.GetProperty("settled").GetString().ShouldBe("0.006");
        (await market.RunAsync("channel", "close", id, "--key", "petra", "--json")).ShouldSucceed().Json.GetProperty("state").GetString()
            .ShouldBe("closing");
        (await market.RunAsync("channel", "close", id, "--key", "petra")).ShouldFailClearly(ExitCode.Refused, "closed");
        (await market.RunAsync("channel", "close", id, "--key", "ada", "--json")).ShouldSucceed().Json.GetProperty("refund").GetString()
            .ShouldBe("0.044");

        // The worker was the owner: what it served for is owed to it at once, the model's part after it is divided.
        var divided = (await market.RunAsync("model", "distribute", model, "--key", "petra", "--json")).ShouldSucceed().Json;
        (divided.GetProperty("amount").GetString(), divided.GetProperty("shareholders").GetString(),
            divided.GetProperty("owner").GetString()).ShouldBe(("0.006", "0.0012", "0.0048"));
        (await market.RunAsync("model", "distribute", model, "--key", "petra")).ShouldFailClearly(ExitCode.Refused, "earned nothing");
        var collected = (await market.RunAsync("account", "withdraw", "--key", "ada", "--json")).ShouldSucceed().Json;
        collected.GetProperty("paid").EnumerateArray()
            .Select(one => (one.GetProperty("from").GetString(), one.GetProperty("amount").GetString()))
            .ShouldContain(("predictions", "0.0048"));
        (await market.RunAsync("account", "withdraw", "--for", "petra", "--key", "ada")).ShouldSucceed().Output
            .ShouldContain("Nothing waits");
    }
}
