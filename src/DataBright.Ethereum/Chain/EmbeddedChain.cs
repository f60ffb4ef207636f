using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DataBright.Ethereum;

/// <summary>
/// A real Ethereum node (Anvil) as a child process on loopback, its state kept in a folder. For one operator and for
/// development: it mines each transaction as it comes and its funded accounts are public knowledge.
/// </summary>
/// <remarks>
/// The child never outlives its parent (<see cref="AnvilProcess"/>). Should the child end on its own, it is started
/// again behind the same port (<see cref="ChainGate"/>) from its last saved state and what its journal has since
/// (<see cref="ChainJournal"/>), so that nothing it confirmed is lost. State is saved at intervals, and whole when either end is stopped.
/// </remarks>
public sealed class EmbeddedChain : IAsyncDisposable
{
    /// <summary>The id of every embedded chain.</summary>
    public const ulong ChainId = 31337;

    /// <summary>Ends without a sound start in between after which the chain is given up.</summary>
    private const int MaxFailures = 5;

    /// <summary>Looks for the block that something asked makes; where blocks are made at intervals it comes later.</summary>
    private const int MaxLooks = 50;

    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(1);

    /// <summary>A chain that ends sooner had no sound start.</summary>
    private static readonly TimeSpan Sound = TimeSpan.FromSeconds(2);

    private readonly EmbeddedChainOptions _options;
    private readonly ChainFolder _folder;
    private readonly string _program;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _changing = new(1);
    private readonly ChainJournal _journal;
    private readonly ChainGate _gate;
    private JsonRpcClient _inner;
    private AnvilProcess _process;
    private Task _supervision = Task.CompletedTask;
    private Task _regularSaves = Task.CompletedTask;
    private Hash32 _savedHead;
    private bool _disposed;

    private EmbeddedChain(EmbeddedChainOptions options, ChainFolder folder, string program, HttpClient http, TimeProvider clock,
        AnvilProcess process)
    {
        (_options, _folder, _program, _http, _clock, _process) = (options, folder, program, http, clock, process);
        _journal = new ChainJournal(folder.Journal);
        _inner = Inner(process);
        _gate = OpenGate(options.Port);
        Rpc = new JsonRpcClient(http, Url, Wide, clock);
    }

    /// <summary>Where the chain answers JSON-RPC.</summary>
    public Uri Url => _gate.Url;

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
            await folder.EndOrphanAsync(options.Timeout, stop);
            RequireFree(options.Port);
            var note = folder.ChooseState();
            process = await StartProcessAsync(program, folder, options, http, stop);
            var chain = new EmbeddedChain(options, folder, program, http, clock, process) { Note = note };
            await chain.ReplayAsync(stop);
            chain._supervision = chain.SuperviseAsync();
            chain._regularSaves = chain.SaveRegularlyAsync();
            return chain;
        }
        catch
        {
            if (process is not null)
                await process.EndAsync(options.Timeout);
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
        await _changing.WaitAsync(stop);
        try
        {
            await SaveAsync(evenIfSame: false, stop);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>For whoever holds the turn to change: nothing comes between the state and its journal.</summary>
    private async Task SaveAsync(bool evenIfSame, CancellationToken stop)
    {
        var head = (await HeadAsync(stop)).Hash;
        if (head == _savedHead && !evenIfSame)
            return;
        var dump = new RpcAnswer(Url, "anvil_dumpState", await _inner.CallAsync(new RpcRequest("anvil_dumpState"), stop)).Bytes();
        await _folder.SaveAsync(async file =>
        {
            await using var plain = new GZipStream(new MemoryStream(dump), CompressionMode.Decompress);
            await plain.CopyToAsync(file, CancellationToken.None);
        });
        _journal.Begin(head);
        _savedHead = head;
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
        await _gate.DisposeAsync();
        await _process.EndAsync(_options.Timeout);
        _folder.ChooseState();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
        _ending.Dispose();
        _changing.Dispose();
        _journal.Dispose();
    }

    private static async Task<AnvilProcess> StartProcessAsync(
        string program, ChainFolder folder, EmbeddedChainOptions options, HttpClient http, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var process = AnvilProcess.Start(program, folder, options, FreePort());
            try
            {
                await AnswersAsync(process, http, options.Timeout, stop);
                return process;
            }
            catch (Exception problem)
            {
                var lastLines = process.LastLines();
                await process.EndAsync(options.Timeout);
                process.Dispose();
                // Somebody was quicker to take the port that was free a moment ago.
                if (attempt < 5 && lastLines.Contains("Address already in use", StringComparison.Ordinal))
                    continue;
                if (problem is not EmbeddedChainException)
                    throw;
                throw new EmbeddedChainException(
                    $"{problem.Message} {(lastLines.Length > 0 ? $"It says: {lastLines}" : "It says nothing.")} The log is {folder.Log}.");
            }
        }
    }

    private static async Task AnswersAsync(AnvilProcess process, HttpClient http, TimeSpan timeout, CancellationToken stop)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);
        giveUp.CancelAfter(timeout);
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
            throw new EmbeddedChainException($"The embedded chain did not answer on port {process.Port} in {timeout.TotalSeconds:0.#} s.");
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
            catch (ChainException notYet) when (notYet.IsTransient)
            {
                await Task.Delay(10, stop);
            }
    }

    /// <summary>Does again what the journal has and the saved state lacks, each block at its time, and lets questions through.</summary>
    private async Task ReplayAsync(CancellationToken stop)
    {
        var head = await HeadAsync(stop);
        var entries = _journal.Read(head.Hash);
        var (now, block) = (head, head.Number);
        foreach (var entry in entries)
        {
            if (_options.BlockTime is null && entry.Block == block + 1)
                // Refused where there is a later block already.
                await _inner.BatchAsync([new RpcRequest("evm_setNextBlockTimestamp", entry.Time)], stop);
            using var content = new StringContent(entry.Body, Encoding.UTF8, "application/json");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(_options.AnswersWithin);
            using var answer = await _http.PostAsync(_inner.Url, content, limit.Token);
            now = await MinedAsync(now, await answer.Content.ReadAsByteArrayAsync(limit.Token), stop);
            block = entry.Block ?? block;
        }
        if (now.Number < block)
            Note = $"The chain was killed and came back {block - now.Number} blocks shorter, with block {now.Number} instead of {block}.";
        // Time that was skipped stays skipped: without this the next block would be older than its parent.
        var ahead = Math.Ceiling((now.Timestamp - _clock.GetUtcNow()).TotalSeconds);
        if (ahead > 0)
            await _inner.CallAsync(new RpcRequest("evm_increaseTime", (long)ahead), stop);
        // The first block's time is of the moment it was made: without a saved state no chain on it could come again.
        try
        {
            if (entries.Count > 0 || !File.Exists(_folder.State) || !File.Exists(_folder.Journal))
                await SaveAsync(evenIfSame: true, stop);
            else
                _journal.Begin(head.Hash);
        }
        catch (IOException problem)
        {
            Note = NotSaved(problem);
        }
        _gate.Open(_inner.Url);
    }

    /// <summary>
    /// What changes the chain is written down before it is done, one thing at a time; what cannot be done again is followed by a saved
    /// state.
    /// </summary>
    private async Task ChangeAsync(ReadOnlyMemory<byte> body, Func<Task<byte[]>> ask)
    {
        await _changing.WaitAsync(_ending.Token);
        try
        {
            var effect = ChainJournal.EffectOf(body.Span);
            if (effect == ChainJournal.Effect.Other)
            {
                await ask();
                await SaveAsync(evenIfSame: true, _ending.Token);
                return;
            }
            Written(() => _journal.Add(body.Span));
            if (_options.BlockTime is not null)
            {
                // Blocks come by the clock, with the changes of many in each: nobody waits for the next one here.
                await ask();
                return;
            }
            var before = await HeadAsync(_ending.Token);
            var head = await MinedAsync(before, await ask(), _ending.Token);
            Written(() => _journal.Done(head.Number, (ulong)head.Timestamp.ToUnixTimeSeconds()));
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The newest block after something was asked. The chain answers a moment before it makes the block.</summary>
    private async Task<Block> MinedAsync(Block before, byte[] answer, CancellationToken stop)
    {
        for (var look = 0; ; look++)
        {
            var head = await HeadAsync(stop);
            if (head.Hash != before.Hash || look == MaxLooks || answer.AsSpan().IndexOf("\"error\""u8) >= 0)
                return head;
            var pool = new RpcAnswer(Url, "txpool_status", await _inner.CallAsync(new RpcRequest("txpool_status"), stop));
            if (pool["pending"].Number() == 0 && look > 0)
                return await HeadAsync(stop);
            await Task.Delay(Blink, _clock, stop);
        }
    }

    private static string NotSaved(IOException problem) =>
        $"The chain's state could not be saved: {problem.Message} The state saved before is whole; make room on the disk.";

    private void Written(Action write)
    {
        try
        {
            write();
        }
        catch (IOException problem)
        {
            Note =
                $"The chain's journal could not be written: {problem.Message} What comes from here on is lost if the chain is killed; make "
                + "room on the disk.";
        }
    }

    private async Task<Block> HeadAsync(CancellationToken stop) => await new EthereumClient(_inner).BlockAsync(BlockTag.Latest, stop)
        ?? throw new EmbeddedChainException("The embedded chain does not show its newest block.");

    private JsonRpcOptions Wide => new() { MaxAnswerBytes = 1 << 30, Timeout = _options.AnswersWithin };

    private JsonRpcClient Inner(AnvilProcess process) =>
        new(_http, new Uri($"http://127.0.0.1:{process.Port}"), Wide with { Attempts = 1 }, _clock);

    private ChainGate OpenGate(int port)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return ChainGate.Start(_http, port == 0 ? FreePort() : port, _options, _clock, ChangeAsync);
            }
            catch (HttpListenerException) when (port == 0 && attempt < 5)
            {
                // Somebody was quicker to take it.
            }
    }

    private async Task SuperviseAsync()
    {
        var failures = 0;
        try
        {
            while (failures <= MaxFailures)
            {
                var started = _clock.GetTimestamp();
                await EndsAsync(_process);
                _gate.Close();
                failures = _clock.GetElapsedTime(started) < Sound ? failures + 1 : 1;
                for (; failures <= MaxFailures && await TryStartAgainAsync() is { } fault; failures++)
                {
                    Note = $"The embedded chain did not start again: {fault.Message}";
                    await Task.Delay(Sound, _clock, _ending.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        throw new EmbeddedChainException(
            $"The embedded chain ended {failures} times in a row. It says: {_process.LastLines()} The log is {_folder.Log}.");
    }

    /// <summary>Waits until a process has ended; one that lives and does not answer is ended.</summary>
    private async Task EndsAsync(AnvilProcess process)
    {
        for (var ended = process.WaitAsync(_ending.Token); ;)
            try
            {
                await ended.WaitAsync(_options.AnswersWithin / 4, _clock, _ending.Token);
                return;
            }
            catch (TimeoutException)
            {
                try
                {
                    await HeadAsync(_ending.Token);
                }
                catch (DataBrightException fault)
                {
                    Note = $"The embedded chain was ended, as it did not answer: {fault.Message}";
                    await process.EndAsync(_options.Timeout);
                }
            }
    }

    /// <summary>Starts the chain and does again what it had; null where that went well, otherwise what was in the way.</summary>
    private async Task<Exception?> TryStartAgainAsync()
    {
        await _changing.WaitAsync(CancellationToken.None);
        try
        {
            // Only the guard may have ended, and the chain still be saving.
            await _folder.EndOrphanAsync(_options.Timeout, CancellationToken.None);
            Note = _folder.ChooseState() ?? Note;
            _savedHead = default;
            var next = await StartProcessAsync(_program, _folder, _options, _http, CancellationToken.None);
            _process.Dispose();
            (_process, _inner) = (next, Inner(next));
            await ReplayAsync(CancellationToken.None);
            Restarts++;
            return null;
        }
        catch (Exception fault)
        {
            await _process.EndAsync(_options.Timeout); // It may live, with half of what it should have.
            return fault;
        }
        finally
        {
            _changing.Release();
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
                catch (DataBrightException)
                {
                    // The chain is being started again; the next save comes.
                }
                catch (IOException problem)
                {
                    Note = NotSaved(problem);
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
            throw new EmbeddedChainException(
                $"Port {port} on loopback cannot be used for the embedded chain ({cause.Message}): choose another one, or 0 for any that "
                + "is free.", cause);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
