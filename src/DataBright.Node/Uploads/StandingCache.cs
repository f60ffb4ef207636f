using DataBright.Ethereum;
using DataBright.Node.Rest;

namespace DataBright.Node.Uploads;

/// <summary>
/// Asks the ledger about accounts, and not for every piece: who had money a minute ago has some. Keys are free and each new one would be
/// a question, so one place on the network may bring so many of them in a minute.
/// </summary>
internal sealed class StandingCache(IUploadStanding ledger, TimeProvider clock)
{
    private const int MaxRemembered = 10_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Address, DateTimeOffset> _good = [];
    private readonly Dictionary<string, int> _asked = [];
    private DateTimeOffset _since;

    /// <param name="account">Who signed.</param>
    /// <param name="place">Where it was sent from, as <see cref="WriteLimits.Place"/> says it.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="UploadRefusedException">Too many accounts were brought from there.</exception>
    public async Task<bool> HasAsync(Address account, string place, CancellationToken stop)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_good.TryGetValue(account, out var at) && now - at < Fresh) return true;
            if (now - _since >= Fresh || _asked.Count >= MaxRemembered)
            {
                _asked.Clear();
                _since = now;
            }

            var asked = _asked.GetValueOrDefault(place);
            if (asked >= WriteLimits.PerMinute)
                throw new UploadRefusedException(StatusCodes.Status429TooManyRequests,
                    $"{asked} accounts were asked about for your network within a minute. Wait a while, or sign with one that has money.");
            _asked[place] = asked + 1;
        }

        if (!await ledger.HasAsync(account, stop)) return false;
        lock (_gate)
        {
            if (_good.Count >= MaxRemembered) _good.Clear();
            _good[account] = clock.GetUtcNow();
        }

        return true;
    }
}
