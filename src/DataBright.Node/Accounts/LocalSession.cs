using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Web;

namespace DataBright.Node.Accounts;

/// <summary>Somebody at this machine whose key is unlocked in memory, until it leaves or is idle for too long.</summary>
internal sealed class LocalSession(string token, UnlockableAccount account, EthereumKey key, Signer signer, DateTimeOffset begun)
{
    private const int MaxDeeds = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<Outcome>> _deeds = [];
    private readonly Queue<string> _order = [];
    private bool _over;

    public string Token => token;

    public UnlockableAccount Account => account;

    public EthereumKey Key => key;

    public Signer Signer => signer;

    public DateTimeOffset LastSeen { get; set; } = begun;

    /// <summary>
    /// Does something unless it was begun before under the same number: a form that is sent twice acts once, and both hear the same.
    /// </summary>
    public Task<Outcome> DoOnceAsync(string number, Func<Task<Outcome>> act)
    {
        lock (_gate)
        {
            if (_over) return Task.FromResult(new Outcome(false, "You have signed out; nothing was done.", null));
            if (_deeds.TryGetValue(number, out var before)) return before;
            if (_order.Count == MaxDeeds) _deeds.Remove(_order.Dequeue());
            _order.Enqueue(number);
            return _deeds[number] = act();
        }
    }

    /// <summary>What came of it; null where nothing was begun under that number, or it is still on its way.</summary>
    public Outcome? OutcomeOf(string number)
    {
        lock (_gate) return _deeds.TryGetValue(number, out var deed) && deed.IsCompletedSuccessfully ? deed.GetAwaiter().GetResult() : null;
    }

    /// <summary>Nothing more is begun. What is on its way comes to its end, then the key is wiped.</summary>
    public async Task EndAsync()
    {
        Task[] last;
        lock (_gate)
        {
            if (_over) return;
            _over = true;
            last = [.. _deeds.Values];
        }
        await Task.WhenAll(last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        signer.Dispose();
        key.Dispose();
    }
}
