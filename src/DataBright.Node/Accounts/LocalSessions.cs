using System.Collections.Concurrent;
using System.Security.Cryptography;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Node.Accounts;

/// <summary>Why an account was not unlocked, in words for the one who tried.</summary>
internal sealed class UnlockRefusedException(string message) : RefusedException(FailureKind.Denied, null, message);

/// <summary>Who has unlocked an account of the data folder. All of it is in memory: a node that stops forgets every key.</summary>
internal sealed class LocalSessions : IAsyncDisposable
{
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(15);

    /// <summary>Keys in memory at a time.</summary>
    public const int MaxSessions = 16;

    private const int MaxFailures = 5;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly LocalAccounts _accounts;
    private readonly EthereumClient _chain;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, LocalSession> _sessions = [];
    private readonly Queue<DateTimeOffset> _failures = [];
    private readonly SemaphoreSlim _unlocking = new(1, 1);
    private readonly ITimer _sweep;

    public LocalSessions(LocalAccounts accounts, EthereumClient chain, TimeProvider clock)
    {
        (_accounts, _chain, _clock) = (accounts, chain, clock);
        _sweep = clock.CreateTimer(_ => Sweep(), null, Memory, Memory);
    }

    /// <summary>
    /// Unlocks an account. One attempt at a time, and after some wrong passwords none for a while: scrypt costs the node as much as the
    /// guesser.
    /// Where too many are unlocked, whoever has been away the longest is signed out: a browser that lost its cookie cannot sign out itself.
    /// </summary>
    /// <exception cref="UnlockRefusedException">No such account, a wrong password, or too many of them.</exception>
    public async Task<LocalSession> UnlockAsync(string name, string password, CancellationToken stop)
    {
        await _unlocking.WaitAsync(stop);
        try
        {
            RequireFewFailures();
            if (_accounts.Find(name) is not { } account) throw Failed();
            EthereumKey key;
            try
            {
                key = await Task.Run(() => _accounts.Unlock(account, password), stop);
            }
            catch (KeystoreException)
            {
                throw Failed();
            }
            MakeRoom();
            var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            return _sessions[token] = new LocalSession(token, account, key, new Signer(_chain, key, _clock), _clock.GetUtcNow());
        }
        finally
        {
            _unlocking.Release();
        }
    }

    /// <summary>The session of a cookie; null where there is none any more.</summary>
    public LocalSession? Find(string token)
    {
        if (!_sessions.TryGetValue(token, out var session)) return null;
        var now = _clock.GetUtcNow();
        if (now - session.LastSeen > Idle)
        {
            _ = EndAsync(token);
            return null;
        }
        session.LastSeen = now;
        return session;
    }

    public Task EndAsync(string token) => _sessions.TryRemove(token, out var session) ? session.EndAsync() : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        await Task.WhenAll(_sessions.Keys.Select(EndAsync));
        _unlocking.Dispose();
    }

    private void Sweep()
    {
        var now = _clock.GetUtcNow();
        foreach (var (token, session) in _sessions)
            if (now - session.LastSeen > Idle) _ = EndAsync(token);
    }

    private void MakeRoom()
    {
        while (_sessions.Count >= MaxSessions) _ = EndAsync(_sessions.Values.MinBy(session => session.LastSeen)!.Token);
    }

    private void RequireFewFailures()
    {
        while (_failures.TryPeek(out var first) && _clock.GetUtcNow() - first > Memory) _failures.Dequeue();
        if (_failures.Count >= MaxFailures)
            throw new UnlockRefusedException($"{MaxFailures} attempts within a minute were wrong. Wait a minute and try again.");
    }

    private UnlockRefusedException Failed()
    {
        _failures.Enqueue(_clock.GetUtcNow());
        return new UnlockRefusedException("That password does not open that account.");
    }
}
