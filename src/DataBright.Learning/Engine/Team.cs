namespace DataBright.Learning.Engine;

/// <summary>
/// A fixed number of threads that share numbered pieces of work. The caller works too, and waits for pieces, not for
/// threads: one that the system does not run in time is not missed. Who does which piece is left to chance, so pieces must
/// write to different places. Running allocates nothing. Waiting threads spin for some microseconds, then sleep.
/// </summary>
internal sealed class Team : IDisposable
{
    private const int Spins = 1500;
    private const int Closed = int.MaxValue;
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _gate = new();

    // The round in the upper half, the next piece in the lower. The work changes only while the state is closed, so a
    // thread whose compare-and-swap succeeds has read the work of that round.
    private long _state = Closed;
    private Action<int>? _work;
    private int _pieces;
    private int _done;
    private int _sleeping;
    private bool _started;
    private volatile bool _ended;
    private Exception? _fault;

    /// <summary>Threads start with the first work that can be shared.</summary>
    public Team(int threads)
    {
        Size = threads;
        _helpers = new Thread[threads - 1];
    }

    /// <summary>Threads that work, the caller included.</summary>
    public int Size { get; }

    /// <summary>Calls <paramref name="work"/> with 0 … pieces − 1, each once, and returns when all are done.</summary>
    /// <exception cref="InvalidOperationException">A piece threw; the other pieces were done.</exception>
    public void Run(int pieces, Action<int> work)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (_helpers.Length == 0 || pieces == 1)
        {
            for (var piece = 0; piece < pieces; piece++) work(piece);
            return;
        }

        if (!_started) Start();
        // The closed state keeps the old round: a thread that saw the new one while it was closed would sit it out.
        var round = Volatile.Read(ref _state) >> 32;
        Interlocked.Exchange(ref _state, (round << 32) | Closed);
        _work = work;
        _pieces = pieces;
        _done = 0;
        Interlocked.Exchange(ref _state, (round + 1) << 32);
        if (Volatile.Read(ref _sleeping) > 0) Wake();
        Take();

        var spinner = new SpinWait();
        while (Volatile.Read(ref _done) < pieces) spinner.SpinOnce(sleep1Threshold: -1);
        if (Interlocked.Exchange(ref _fault, null) is { } fault) throw new InvalidOperationException("A piece of work failed.", fault);
    }

    /// <summary>Ends the threads; the last work must be done.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        Interlocked.Exchange(ref _state, (((_state >> 32) + 1) << 32) | Closed);
        Wake();
        if (_started)
            foreach (var helper in _helpers)
                helper.Join();
        _wake.Dispose();
    }

    private void Start()
    {
        _started = true;
        for (var i = 0; i < _helpers.Length; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = "learning" };
            _helpers[i].Start();
        }
    }

    private void Help()
    {
        for (long seen = 0; !_ended;)
        {
            seen = Await(seen);
            Take();
        }
    }

    private void Take()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var piece = (int)state;
            var work = _work!;
            if (piece >= _pieces) return;
            if (Interlocked.CompareExchange(ref _state, state + 1, state) != state) continue;
            try
            {
                work(piece);
            }
            catch (Exception fault)
            {
                Interlocked.Exchange(ref _fault, fault);
            }

            Interlocked.Increment(ref _done);
        }
    }

    /// <summary>Waits for a round other than <paramref name="seen"/> and returns it.</summary>
    private long Await(long seen)
    {
        for (var spin = 0; spin < Spins; spin++)
        {
            if (Round() != seen) return Round();
            Thread.SpinWait(8);
        }

        while (true)
        {
            lock (_gate)
            {
                // Counted before the round is read: Run opens a round before it reads the count, so one of the two sees the other.
                Interlocked.Increment(ref _sleeping);
                if (Round() != seen)
                {
                    _sleeping--;
                    return Round();
                }
            }

            _wake.Wait();
        }
    }

    private long Round() => Volatile.Read(ref _state) >> 32;

    private void Wake()
    {
        lock (_gate)
        {
            if (_sleeping == 0) return;
            _wake.Release(_sleeping);
            _sleeping = 0;
        }
    }
}
