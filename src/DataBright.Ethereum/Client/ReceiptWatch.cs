namespace DataBright.Ethereum;

/// <summary>When to ask again, to worry, to pay more and to give up while a transaction is in no block.</summary>
internal sealed class ReceiptWatch
{
    /// <summary>Looks at a nonce that another transaction used, before the call is signed for another one.</summary>
    private const int MaxNonceChecks = 2;

    /// <summary>Looks at a gap that nobody fills, before it is filled with nothing.</summary>
    private const int GapLooks = 2;

    /// <summary>A gap wider than this is no gap: the chain is another one.</summary>
    private const ulong WidestGap = 64;

    private readonly Sending _sending;
    private readonly SendingOptions _options;
    private readonly TimeProvider _clock;
    private PollingPace _pace;
    private TimeSpan _nextCheck;
    private TimeSpan _nextBump;
    private int _nonceLooks;
    private int _gapLooks;

    public ReceiptWatch(Sending sending, SendingOptions options, TimeProvider clock)
    {
        (_sending, _options, _clock, _pace) = (sending, options, clock, new PollingPace(options, clock));
        StartAgain();
    }

    public Exception? LastFault { set => _pace.LastFault = value; }

    private TimeSpan Waited => _pace.Waited;

    public void StartAgain()
    {
        _pace = new PollingPace(_options, _clock);
        (_nextCheck, _nextBump) = (_options.CheckAfter, _options.BumpAfter);
        (_nonceLooks, _gapLooks) = (0, 0);
    }

    public bool IsTimeToCheck()
    {
        if (Waited < _nextCheck)
            return false;
        _nextCheck = Waited + (_nextCheck < _options.BumpAfter ? _nextCheck : _options.BumpAfter);
        LastFault = null;
        return true;
    }

    public bool IsTimeToBump()
    {
        if (Waited < _nextBump)
            return false;
        _nextBump = Waited + _options.BumpAfter;
        return true;
    }

    public bool IsNonceSurelyTaken() => ++_nonceLooks >= MaxNonceChecks;

    public bool MayFill(ulong width) => width <= WidestGap && ++_gapLooks >= GapLooks;

    public Task PauseAsync(CancellationToken stop)
    {
        if (Waited >= _options.GiveUpAfter)
            throw new TransactionPendingException(_sending.Hashes[0], _sending.Nonce, Waited, _pace.LastFault);
        return _pace.PauseAsync(stop);
    }
}
