using System.IO.Compression;
using System.Net;
using System.Net.Sockets;

namespace DataBright.Ethereum;

/// <summary>
/// A real Ethereum node (Anvil) as a child process on loopback, its state kept in a folder. For one operator and for
/// development: it mines each transaction as it comes and its funded accounts are public knowledge.
/// </summary>
/// <remarks>
/// The child never outlives its parent (<see cref="AnvilProcess"/>). Should the child end on its own, it is started
/// again on the same port from its last saved state. State is saved at intervals, and whole when either end is stopped.
/// </remarks>
public sealed class EmbeddedChain : IAsyncDisposable
{
    /// <summary>The id of every embedded chain.</summary>
    public const ulong ChainId = 31337;

    /// <summary>Ends without a sound start in between after which the chain is given up.</summary>
    private const int MaxFailures = 3;

    private readonly EmbeddedChainOptions _options;
    private readonly ChainFolder _folder;
    private readonly string _program;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _saving = new(1);
    private AnvilProcess _process;
    private Task _supervision = Task.CompletedTask;
    private Task _regularSaves = Task.CompletedTask;
    private Hash32 _savedHead;
    private bool _disposed;

    private EmbeddedChain(EmbeddedChainOptions options, ChainFolder folder, string program, HttpClient http, TimeProvider clock, AnvilProcess process)
    {
        (_options, _folder, _program, _http, _clock, _process) = (options, folder, program, http, clock, process);
        Url = new Uri($"http://127.0.0.1:{process.Port}");
        Rpc = new JsonRpcClient(http, Url, new JsonRpcOptions { MaxAnswerBytes = 1 << 30, Timeout = TimeSpan.FromMinutes(2) }, clock);
    }

    /// <summary>Where the chain answers JSON-RPC.</summary>
    public Uri Url { get; }

    /// <summary>A connection to the chain, for Anvil's own methods too.</summary>
    public JsonRpcClient Rpc { get; }

    /// <summary>The chain's process id; it changes if the chain had to be started again.</summary>
    public int? ProcessId => _folder.ReadProcessId();

    /// <summary>How often the chain ended on its own and was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>What was found wrong with the saved state, or with saving it; null where nothing was.</summary>
    public string? Note { get; private set; }

    /// <summary>Ends with an <see cref="EmbeddedChainException"/> if the chain keeps ending on its own.</summary>
    public Task Supervision => _supervision;

    /// <summary>Starts the chain, from its saved state if there is one, and returns when it answers.</summary>
    /// <exception cref="EmbeddedChainException">The folder is in use, the program is missing, or the chain does not start.</exception>
    public static Task<EmbeddedChain> StartAsync(EmbeddedChainOptions options, CancellationToken stop = default) =>
        StartAsync(options, TimeProvider.System, stop);

    /// <inheritdoc cref="StartAsync(EmbeddedChainOptions, CancellationToken)"/>
    public static async Task<EmbeddedChain> StartAsync(EmbeddedChainOptions options, TimeProvider clock, CancellationToken stop = default)
    {
        var program = AnvilProgram.Find(options.Program);
        var folder = ChainFolder.Open(options.Folder);
        var http = new HttpClient(new SocketsHttpHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        AnvilProcess? process = null;
        try
        {
            await folder.EndOrphanAsync(options.Patience, stop);
            RequireFree(options.Port);
            var note = folder.ChooseState();
            process = await StartProcessAsync(program, folder, options, http, options.Port, stop);
            var chain = new EmbeddedChain(options, folder, program, http, clock, process) { Note = note };
            await chain.CatchUpWithTimeAsync(stop);
            chain._supervision = chain.SuperviseAsync(process);
            chain._regularSaves = chain.SaveRegularlyAsync();
            return chain;
        }
        catch
        {
            if (process is not null)
                await process.EndAsync(options.Patience);
            process?.Dispose();
            http.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Gives an account a balance out of nothing, in wei.</summary>
    public Task FundAsync(Address account, Uint256 balance, CancellationToken stop = default) =>
        Rpc.CallAsync(new RpcRequest("anvil_setBalance", account.ToString(), balance.ToQuantity()), stop);

    /// <summary>Lets the chain's clock run ahead of the world's and makes a block at the new time.</summary>
    public async Task AdvanceAsync(TimeSpan time, CancellationToken stop = default)
    {
        await Rpc.CallAsync(new RpcRequest("evm_increaseTime", (long)time.TotalSeconds), stop);
        await MineAsync(1, stop);
    }

    /// <summary>Makes empty blocks.</summary>
    public Task MineAsync(int blocks, CancellationToken stop = default) =>
        Rpc.CallAsync(new RpcRequest("anvil_mine", $"0x{blocks:x}"), stop);

    /// <summary>Saves the state now, if there is anything new. What was mined before survives whatever comes after.</summary>
    public async Task SaveAsync(CancellationToken stop = default)
    {
        await _saving.WaitAsync(stop);
        try
        {
            var head = (await new EthereumClient(Rpc).BlockAsync(BlockTag.Latest, stop))!.Hash;
            if (head == _savedHead)
                return;
            var dump = new Answer(Url, "anvil_dumpState", await Rpc.CallAsync(new RpcRequest("anvil_dumpState"), stop)).Bytes();
            await _folder.SaveAsync(async file =>
            {
                await using var plain = new GZipStream(new MemoryStream(dump), CompressionMode.Decompress);
                await plain.CopyToAsync(file, CancellationToken.None);
            });
            _savedHead = head;
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Saves the state and ends the chain.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _ending.CancelAsync();
        await _supervision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _regularSaves.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _process.EndAsync(_options.Patience);
        _folder.ChooseState();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
        _ending.Dispose();
        _saving.Dispose();
    }

    private static async Task<AnvilProcess> StartProcessAsync(
        string program, ChainFolder folder, EmbeddedChainOptions options, HttpClient http, int port, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var process = AnvilProcess.Start(program, folder, options, port == 0 ? FreePort() : port);
            try
            {
                await AnswersAsync(process, http, options.Patience, stop);
                return process;
            }
            catch (Exception problem)
            {
                var lastLines = process.LastLines();
                await process.EndAsync(options.Patience);
                process.Dispose();
                // Somebody was quicker to take the port that was free a moment ago.
                if (port == 0 && attempt < 5 && lastLines.Contains("Address already in use", StringComparison.Ordinal))
                    continue;
                if (problem is not EmbeddedChainException)
                    throw;
                throw new EmbeddedChainException(
                    $"{problem.Message} {(lastLines.Length > 0 ? $"It says: {lastLines}" : "It says nothing.")} The log is {folder.Log}.");
            }
        }
    }

    private static async Task AnswersAsync(AnvilProcess process, HttpClient http, TimeSpan patience, CancellationToken stop)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);
        giveUp.CancelAfter(patience);
        var ended = process.WaitAsync(giveUp.Token);
        var answered = AskUntilAnsweredAsync(process.Port, http, giveUp.Token);
        var first = await Task.WhenAny(ended, answered);
        if (first == ended && !ended.IsCanceled)
        {
            await giveUp.CancelAsync();
            throw new EmbeddedChainException("The embedded chain ended while it started.");
        }
        try
        {
            await answered;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new EmbeddedChainException($"The embedded chain did not answer on port {process.Port} in {patience.TotalSeconds:0.#} s.");
        }
    }

    private static async Task AskUntilAnsweredAsync(int port, HttpClient http, CancellationToken stop)
    {
        var client = new EthereumClient(new JsonRpcClient(http, new Uri($"http://127.0.0.1:{port}"), new JsonRpcOptions { Attempts = 1 }));
        while (true)
            try
            {
                await client.RequireChainAsync(ChainId, stop);
                return;
            }
            catch (ChainException notYet) when (notYet.IsPassing)
            {
                await Task.Delay(10, stop);
            }
    }

    /// <summary>
    /// Time that was skipped before a restart stays skipped: without this the next block would be older than its parent.
    /// </summary>
    private async Task CatchUpWithTimeAsync(CancellationToken stop)
    {
        var head = await new EthereumClient(Rpc).BlockAsync(BlockTag.Latest, stop);
        var ahead = Math.Ceiling((head!.Timestamp - _clock.GetUtcNow()).TotalSeconds);
        if (ahead > 0)
            await Rpc.CallAsync(new RpcRequest("evm_increaseTime", (long)ahead), stop);
    }

    private async Task SuperviseAsync(AnvilProcess process)
    {
        var failures = 0;
        while (true)
        {
            var started = _clock.GetTimestamp();
            try
            {
                await process.WaitAsync(_ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            failures = _clock.GetElapsedTime(started) < _options.Patience ? failures + 1 : 1;
            if (failures > MaxFailures)
                throw new EmbeddedChainException($"The embedded chain ended {failures} times in a row. It says: {process.LastLines()} The log is {_folder.Log}.");
            // Only the guard may have ended, and the chain still be saving.
            await _folder.EndOrphanAsync(_options.Patience, CancellationToken.None);
            Note = _folder.ChooseState() ?? Note;
            _savedHead = default;
            var next = await StartProcessAsync(_program, _folder, _options, _http, Url.Port, CancellationToken.None);
            process.Dispose();
            _process = process = next;
            await CatchUpWithTimeAsync(CancellationToken.None);
            Restarts++;
        }
    }

    private async Task SaveRegularlyAsync()
    {
        using var timer = new PeriodicTimer(_options.SaveEvery, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
                try
                {
                    var started = _clock.GetTimestamp();
                    await SaveAsync(_ending.Token);
                    // A large state takes longer to save: no more than a twentieth of the time goes into it.
                    timer.Period = TimeSpan.FromTicks(Math.Max(_options.SaveEvery.Ticks, 20 * _clock.GetElapsedTime(started).Ticks));
                }
                catch (ChainException)
                {
                    // The chain is being started again; the next save comes.
                }
                catch (IOException problem)
                {
                    Note = $"The chain's state could not be saved: {problem.Message} The state saved before is whole; make room on the disk.";
                }
        }
        catch (OperationCanceledException)
        {
            // The end: the chain saves by itself.
        }
    }

    /// <summary>Otherwise another chain there could be taken for the new one, until the new one has ended.</summary>
    private static void RequireFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException cause)
        {
            throw new EmbeddedChainException($"Port {port} on loopback cannot be used for the embedded chain ({cause.Message}): choose another one, or 0 for any that is free.", cause);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
