using System.Collections.Concurrent;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Market.Index;

/// <summary>
/// Keeps a SQLite file that projections make of the contracts' events alone: reads on, takes back what the chain took back, and compares.
/// </summary>
/// <remarks>
/// The chain is the truth. The file can be deleted at any time and is built again from the market's first block; where the chain
/// is reorganised the index takes back what it made of the blocks that are gone. What was read and how far is written in one
/// transaction, so a kill at any moment loses nothing, and two processes that write the same file count nothing twice.
/// </remarks>
public class IndexEngine : IDisposable
{
    /// <summary>How long a block may be missing that the chain says it has.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<Type, object> _parts = [];
    private readonly IndexFile _file;
    private readonly MarketAddresses _market;
    private readonly IReadOnlyList<Projection> _projections;
    private readonly ulong _undoBlocks;
    private readonly IndexMetrics? _metrics;
    private ulong _next;
    private (EthereumClient Client, LedgerReader Reader)? _reader;
    private readonly SemaphoreSlim _writing = new(1, 1);

    internal IndexEngine(IndexFile file, MarketAddresses market, IReadOnlyList<Projection> projections, ulong undoBlocks,
        IndexMetrics? metrics)
    {
        (_file, _market, _projections, _undoBlocks, _metrics) = (file, market, projections, undoBlocks, metrics);
        _next = file.Read(PositionIn).Block is { } last ? last + 1 : 0;
    }

    /// <summary>What was found wrong with the file and what was done about it; null where nothing was.</summary>
    public string? Note => _file.Note;

    /// <summary>Why the file cannot be written now, and what to do; null while it works.</summary>
    public SqlFileException? Trouble => _file.Trouble;

    /// <summary>How far the ledger has been read.</summary>
    public IndexPosition Position => _file.Read(PositionIn);

    /// <summary>How many events of the market's contracts could not be read. They are left out; all others are in the index.</summary>
    public long UnreadableCount => _file.Read(OddEvents.Count);

    /// <summary>The events that could not be read, newest first; at most so many.</summary>
    public IReadOnlyList<UnreadableEvent> Unreadable(int limit) => _file.Read(index => OddEvents.List(index, limit));

    /// <summary>The first block that has not been read, as this process knows it: asks no file, and so costs nothing.</summary>
    public ulong NextBlock => Volatile.Read(ref _next);

    /// <summary>Reads on until there is nothing new.</summary>
    /// <exception cref="ChainException">The chain does not answer, or says for long that it has a block that it does not show.</exception>
    public async Task CatchUpAsync(EthereumClient client, TimeProvider clock, CancellationToken stop)
    {
        var reader = ReaderOf(client, clock);
        long? since = null;
        while (true)
        {
            if (await StepAsync(client, reader, stop))
            {
                since = null;
                continue;
            }
            if (reader.Missing is not { } missing) return;
            since ??= clock.GetTimestamp();
            if (clock.GetElapsedTime(since.Value) >= Timeout)
                throw new ChainException(ChainFault.Behind, client.Rpc.Url,
                    $"says that it has block {missing} and does not show it after {Timeout.TotalSeconds:0} s",
                    "One of its nodes may be behind: try again later, or use another URL.");
            await Task.Delay(Pause, clock, stop);
        }
    }

    /// <summary>Forgets everything and reads the market again from its first block.</summary>
    public async Task RebuildAsync(EthereumClient client, TimeProvider clock, CancellationToken stop)
    {
        await _writing.WaitAsync(stop);
        try
        {
            _file.TryWrite(_file.Reset);
        }
        finally
        {
            _writing.Release();
        }
        await CatchUpAsync(client, clock, stop);
    }

    /// <summary>Compares the index, as it is, with the receipts of the chain's transactions.</summary>
    /// <param name="client">The chain.</param>
    /// <param name="scratch">A file that is not there; it is gone afterwards.</param>
    /// <param name="report">Told the block that was read last.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ChainException">The chain does not answer, or has taken back what was read.</exception>
    public Task<IndexFindings> VerifyAsync(EthereumClient client, string scratch, Action<ulong> report, CancellationToken stop)
    {
        var (position, contents) = _file.Read(index => (PositionIn(index), IndexSchema.Contents(index).ToList()));
        return new IndexCheck(client, _market, scratch,
            path => new IndexEngine(new IndexFile(path, _market, _projections), _market, _projections, undoBlocks: 0, metrics: null))
            .CompareAsync(position, contents, report, stop);
    }

    /// <summary>
    /// Those of some files that the ledger names: by their addresses in events, or by the hashes of plans, results, cards and the like.
    /// </summary>
    public IReadOnlySet<Cid> Named(IReadOnlyCollection<Cid> files) => _file.Read(index => NamedContent.Find(index, files));

    /// <summary>Everybody whom the market may owe something, in the order of their addresses.</summary>
    public IReadOnlyList<Address> Creditors() => _file.Read(index => index.List(
        string.Join(" UNION ", _projections.Select(projection => projection.Creditors).OfType<string>()
            .Append("SELECT account FROM contract_credits")) + " ORDER BY 1",
        row => row.Address()));

    public void Dispose()
    {
        _file.Dispose();
        _writing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// What can be asked of one word, made when it is first asked for. Each word offers its own as a property of the index.
    /// </summary>
    internal T Part<T>(Func<IndexFile, MarketAddresses, T> make) where T : class =>
        (T)_parts.GetOrAdd(typeof(T), static (_, one) => one.make(one.index._file, one.index._market), (make, index: this));

    /// <summary>What each contract owes, and at which block that is so.</summary>
    internal Debts Debts() => _file.Read(index => Market.Index.Debts.Read(index, PositionIn(index), _projections, _market));

    /// <summary>Everything in the index as text, for tests that compare two.</summary>
    internal IReadOnlyList<string> Contents() => _file.Read(index => IndexSchema.Contents(index).ToList());

    /// <summary>One step; false where there is nothing new.</summary>
    internal async Task<bool> StepAsync(EthereumClient client, LedgerReader reader, CancellationToken stop)
    {
        await _writing.WaitAsync(stop);
        try
        {
            var tokens = _file.Read(TokensIn);
            var from = _file.Cursor;
            switch (await reader.NextAsync(JsonSerializer.Deserialize<LogCursor>(from)!, tokens.Keys.ToHashSet(), stop))
            {
                case Rewound rewound:
                    if (Write(from, index => Rewind(index, rewound))) _metrics?.Reorganisations.Add(1);
                    Volatile.Write(ref _next, rewound.FirstGone);
                    return true;
                case LogBatch batch:
                    ulong head = await client.BlockNumberAsync(stop);
                    Enter(from, batch, head, await reader.TimeOfAsync(batch.ToHash, stop), tokens);
                    Volatile.Write(ref _next, batch.To + 1);
                    return true;
                default:
                    return false;
            }
        }
        catch (IndexDamagedException)
        {
            return !_file.TryWrite(static _ => { });
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>What was learnt of a chain's ways (how much it answers at once, whether it has blooms) is kept for the next time.</summary>
    private LedgerReader ReaderOf(EthereumClient client, TimeProvider clock)
    {
        if (_reader is { } known && known.Client == client) return known.Reader;
        var reader = new LedgerReader(client, _market, clock);
        _reader = (client, reader);
        return reader;
    }

    /// <summary>Enters a batch at once or, where an event of it cannot be read, one event after the other, without that one.</summary>
    private void Enter(string from, LogBatch batch, ulong head, DateTimeOffset at, Dictionary<Address, ulong> tokens)
    {
        long unreadable = 0;
        bool done;
        try
        {
            done = Write(from, index => Apply(index, batch, head, at, new Dictionary<Address, ulong>(tokens)));
        }
        catch (Exception fault) when (OddEvents.IsOfEvent(fault))
        {
            done = Write(from, index => unreadable = Apply(index, batch, head, at, new Dictionary<Address, ulong>(tokens), careful: true));
        }
        if (!done) return;
        _metrics?.Events.Add(batch.Logs.Count);
        if (unreadable > 0) _metrics?.Unreadable.Add(unreadable);
    }

    /// <summary>Does a step unless another process has done it since it was read; true where it was done here, and kept.</summary>
    private bool Write(string from, Action<SqlSession> step)
    {
        var done = false;
        return _file.TryWrite(index =>
        {
            done = index.First("SELECT cursor FROM position", row => row.Text()) == from;
            if (done) step(index);
        }) && done;
    }

    /// <summary>Enters blocks whose logs came by another way than by following the chain.</summary>
    internal void Enter(LogBatch batch, DateTimeOffset at) =>
        _file.TryWrite(index => Apply(index, batch, batch.To + _undoBlocks + 1, at, TokensIn(index), careful: true));

    /// <summary>How many of some logs are of the market's contracts; what the index enters is among them.</summary>
    internal int Count(IReadOnlyList<Log> logs)
    {
        var known = _file.Read(TokensIn).Keys.Concat(_market.Contracts.Where(contract => contract != _market.Money)).ToHashSet();
        return logs.Count(log => known.Contains(log.Address));
    }

    /// <summary>Makes what a batch of logs says part of the index. The caller's transaction makes it whole or nothing.</summary>
    /// <param name="index">Where to.</param>
    /// <param name="batch">The logs.</param>
    /// <param name="head">The chain's newest block.</param>
    /// <param name="at">The time of the batch's last block.</param>
    /// <param name="tokens">The share tokens that are known.</param>
    /// <param name="careful">Notes an event that cannot be read and goes on. That costs time, so it is done where one is met.</param>
    /// <returns>How many events could not be read.</returns>
    internal long Apply(SqlSession index, LogBatch batch, ulong head, DateTimeOffset at, Dictionary<Address, ulong> tokens,
        bool careful = false)
    {
        long unreadable = 0;
        // Far below the head nothing is written down for undoing: it would be thrown away before it could be needed.
        if (head <= batch.To + _undoBlocks) index.Run("UPDATE position SET undo_from = $1 WHERE undo_from IS NULL", batch.From);
        var entries = new EventBook(index, _market, tokens, _projections);
        ulong? writing = null;
        foreach (var log in batch.Logs)
        {
            if (writing != log.BlockNumber) index.Run("UPDATE position SET writing = $1", writing = log.BlockNumber);
            if (!careful) entries.Enter(log);
            else if (!entries.EnterOrNote(log)) unreadable++;
        }

        index.Run(
            "UPDATE position SET cursor = $1, block = $2, hash = $3, at = $4", JsonSerializer.Serialize(batch.Cursor), batch.To,
            batch.ToHash, at);
        if (batch.To <= _undoBlocks) return unreadable;
        ulong keep = batch.To - _undoBlocks;
        index.Run("DELETE FROM undo WHERE block < $1", keep);
        index.Run("UPDATE position SET undo_from = $1 WHERE undo_from < $1", keep);
        return unreadable;
    }

    /// <summary>Takes back what was made of blocks that are gone, newest change first.</summary>
    internal void Rewind(SqlSession index, Rewound rewound)
    {
        var written = index.List("SELECT undo_from FROM position WHERE undo_from IS NOT NULL", row => row.Block());
        if (written.Count == 0 || rewound.FirstGone < written[0])
        {
            _file.Reset(index);
            return;
        }

        index.Run("UPDATE position SET undo_from = NULL");
        foreach (var statement in index.List("SELECT statement FROM undo WHERE block >= $1 ORDER BY id DESC", row => row.Text(),
            rewound.FirstGone))
            index.Script(statement);
        index.Run("DELETE FROM undo WHERE block >= $1", rewound.FirstGone);
        var last = rewound.Cursor.Marks.Count == 0 ? (BlockMark?)null : rewound.Cursor.Marks[^1];
        index.Run(
            "UPDATE position SET undo_from = $1, cursor = $2, block = $3, hash = $4",
            written[0], JsonSerializer.Serialize(rewound.Cursor), last is { } mark ? (long)mark.Number : -1L, last?.Hash ?? Hash32.Zero);
    }

    private static IndexPosition PositionIn(SqlSession index) => index.First("SELECT block, hash, at FROM position", row =>
    {
        long block = row.Long();
        return new IndexPosition(block < 0 ? null : (ulong)block, row.Hash(), row.Time());
    })!;

    private static Dictionary<Address, ulong> TokensIn(SqlSession index) =>
        index.List("SELECT share_token, id FROM datasets", row => (Token: row.Address(), Id: row.Block()))
            .ToDictionary(row => row.Token, row => row.Id);
}
