using System.Text.Json;

namespace DataBright.EndToEnd;

/// <summary>A node with a market of its own, people with money, and workers; each a process.</summary>
public sealed class OwnMarket : IAsyncLifetime
{
    private readonly List<Databright> _workers = [];

    /// <summary>How many workers there are.</summary>
    public int Workers { get; init; } = 1;

    private readonly TemporaryFolder _folder = new();
    private Databright _node = null!;
    private Founded _founded = null!;

    public string Home => _folder["home"];

    /// <summary>The key of who founds, buys and serves.</summary>
    public string Key => _founded.KeyFile("buyer");

    /// <summary>Where the node answers.</summary>
    public Uri Address { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = Databright.Start(Home, "up", "--listen", "http://127.0.0.1:0");
        Address = await SaidInAsync("node.json", _node);
        _founded = await Founded.OpenAsync(Home, Stop);
        foreach (var key in await _founded.WorkersAsync(Workers, Stop))
            _workers.Add(Databright.Start(Home, "worker", "start", "--key-file", key));
    }

    public async ValueTask DisposeAsync()
    {
        _founded?.Dispose();
        foreach (var worker in _workers) await worker.DisposeAsync();
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Puts an account where the node's pages unlock it without a password.</summary>
    internal void Unlockable(string account)
    {
        var key = _founded.KeyFile(account);
        var open = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(key)!, "open"));
        File.Copy(key, Path.Combine(open.FullName, Path.GetFileName(key)));
    }

    internal async Task<Finished> CallAsync(params string[] words)
    {
        var said = await Databright.RunAsync(Home, words);
        said.ExitCode.ShouldBe(0, $"{string.Join(' ', words)}\n{said.Error}{said.Output}");
        return said;
    }

    /// <returns>The dataset's number.</returns>
    internal async Task<string> CreateAsync(string name, params string[] points) =>
        (await CallAsync(["dataset", "create", "--name", name, "--symbol", name.ToUpperInvariant()[..3], .. points, "--key-file", Key,
            "--json"])).Json.GetProperty("id").GetRawText();

    /// <summary>Buys a training job over two partitions and registers what it comes to, for nothing.</summary>
    /// <returns>The model's number.</returns>
    internal async Task<string> TrainAsync(string dataset, double least)
    {
        var job = (await CallAsync(
            "job", "create", "--dataset", dataset, "--architecture", "softmax-regression", "--epochs", "40", "--partitions", "2",
            "--redundancy", "1", "--batch", "8", "--price", "10", "--key-file", Key, "--json"))
            .Json.GetProperty("id").GetRawText();
        (await CallAsync("job", "watch", job, "--json")).Json.GetProperty("state").GetString().ShouldBe("settled");
        var model = (await CallAsync("model", "register", "--job", job, "--key-file", Key, "--json")).Json;
        (model.GetProperty("accuracyPpm").GetInt32() / 1e6).ShouldBeGreaterThan(least);
        return model.GetProperty("id").GetRawText();
    }

    internal async Task<Serving> ServeAsync(string model)
    {
        var serving = Databright.Start(Home, "model", "serve", model, "--listen", "http://127.0.0.1:0", "--key-file", Key);
        return new Serving(serving, await SaidInAsync("serving.json", serving));
    }

    private async Task<Uri> SaidInAsync(string name, Databright process)
    {
        var (file, ended) = (Path.Combine(Home, name), process.EndAsync());
        while (!File.Exists(file))
        {
            if (ended.IsCompleted) Assert.Fail((await ended).Error);
            await Task.Delay(50, Stop);
        }

        using var word = JsonDocument.Parse(await File.ReadAllTextAsync(file, Stop));
        return new Uri(word.RootElement.GetProperty("address").GetString()!);
    }
}

/// <summary>A process that serves a model, until it is disposed.</summary>
internal sealed class Serving(Databright process, Uri address) : IAsyncDisposable
{
    public Uri Address => address;

    public async ValueTask DisposeAsync()
    {
        process.Interrupt();
        await process.EndAsync();
        await process.DisposeAsync();
    }
}
