using System.Net;
using DataBright.Ethereum;
using DataBright.Node.Configuration;
using DataBright.Node.Rest;
using DataBright.Services.Uploads;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DataBright.Node.Uploads;

/// <summary>
/// Who may upload: programs on this machine where the node allows that; otherwise whoever signs the request and has some money on the
/// ledger.
/// </summary>
internal sealed class UploadAuthorization(UploadTerms terms, UploadStatements? statements, IUploadStanding? standing, IServer server,
    TimeProvider clock)
{
    /// <summary>How far a client's clock may be off, and how long a request may take to arrive.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int MaxRemembered = 100_000;

    private readonly StandingCache? _standings = standing is null ? null : new StandingCache(standing, clock);
    private readonly Lock _gate = new();
    private readonly Dictionary<(Address, Hash32), DateTimeOffset> _used = [];
    private readonly Dictionary<Address, (DateTimeOffset Begun, int Count)> _counted = [];

    /// <summary>Whether a request needs no signature.</summary>
    public bool IsOpen(HttpContext context) => terms.OpenOnThisMachine && terms.Hosts.Count == 0 && IsFromThisMachine(context);

    /// <summary>What whoever sends a request to this node signs; null where it takes no uploads.</summary>
    public TypedMessage? ToSign(HttpContext context, string method, string path, DateTimeOffset at, Hash32 nonce) =>
        statements?.Message(context.Request.Host.Value!, method, path, at, nonce);

    /// <returns>The uploader's name.</returns>
    /// <exception cref="UploadRefusedException">The request does not say who sends it, in a way that can be believed.</exception>
    public async Task<string> AdmitAsync(HttpContext context, CancellationToken stop)
    {
        if (IsOpen(context)) return UploadFacts.ThisMachine;
        var request = context.Request;
        if (UploadPass.Find(request.Headers.Authorization) is not { } pass)
            throw Unsigned(
                $"Sign the request: Authorization: {UploadHeaders.Scheme} at=SECONDS,nonce=0x…,signature=0x… (EIP-712, UploadRequest).");
        if (statements is null || _standings is null)
            throw new UploadRefusedException(StatusCodes.Status403Forbidden, "This node takes no uploads.");
        if (!IsOurs(request.Host.Value))
            throw new UploadRefusedException(StatusCodes.Status421MisdirectedRequest,
                $"This node is not {Shown(request.Host.Value)}: use the name that its operator gave it.");
        var now = clock.GetUtcNow();
        if ((now - pass.At).Duration() > Window)
            throw Unsigned($"The request was signed for {pass.At:u}, and it is {now:u} here. Set the clock.");
        if (statements.SignerOf(pass, request.Host.Value!, request.Method, request.Path.Value!) is not { } signer)
            throw Unsigned("The signature is nobody's.");
        if (!await _standings.HasAsync(signer, WriteLimits.Place(context.Connection.RemoteIpAddress), stop))
            throw new UploadRefusedException(StatusCodes.Status403Forbidden,
                $"{signer} signed this, and has less than ${terms.MinMoney} on the ledger, or the signature is for another request.");
        Use(signer, pass, now);
        return signer.ToString();
    }

    /// <summary>A page of another site may make a browser here send requests; they would bear that site's name as host.</summary>
    private static bool IsFromThisMachine(HttpContext context) =>
        Proxies.IsFromThisMachine(context)
        && (context.Request.Host.Host is "localhost"
            || IPAddress.TryParse(context.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host));

    private bool IsOurs(string? host) =>
        terms.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase)
        || server.Features.Get<IServerAddressesFeature>()?.Addresses.Any(address => Uri.TryCreate(address, UriKind.Absolute, out var at)
            && at.Authority.Equals(host, StringComparison.OrdinalIgnoreCase)) == true;

    private void Use(Address signer, UploadPass pass, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_used.Count >= MaxRemembered)
                foreach (var (old, at) in _used.ToArray())
                    if (at + Window < now) _used.Remove(old);
            if (_used.Count >= MaxRemembered)
                throw new UploadRefusedException(StatusCodes.Status503ServiceUnavailable,
                    "Too many requests are under way here. Try again in some minutes.");
            if (_used.ContainsKey((signer, pass.Nonce))) throw Unsigned("This signature was used before. Sign each request anew.");
            RequireOwnRoom(signer, now);
            _used.Add((signer, pass.Nonce), pass.At);
        }
    }

    /// <summary>One account does not use up what is remembered of all. Called under the gate.</summary>
    private void RequireOwnRoom(Address signer, DateTimeOffset now)
    {
        var (begun, count) = _counted.GetValueOrDefault(signer, (now, 0));
        // Until then every signature of the span can have run out.
        if (now - begun > 2 * Window) (begun, count) = (now, 0);
        if (count >= terms.MaxRequestsEach)
            throw new UploadRefusedException(StatusCodes.Status429TooManyRequests,
                $"You have sent {count} requests within {2 * Window.TotalMinutes:0} minutes. Send larger pieces, or wait.");
        if (_counted.Count >= MaxRemembered)
            foreach (var (old, span) in _counted.ToArray())
                if (now - span.Begun > 2 * Window) _counted.Remove(old);
        _counted[signer] = (begun, count + 1);
    }

    private static UploadRefusedException Unsigned(string message) => new(StatusCodes.Status401Unauthorized, message);

    private static string Shown(string? host) => host is null ? "nameless" : host.Length <= 80 ? host : host[..80] + "…";
}

/// <summary>Whether an account is more than a key that was made up a moment ago.</summary>
internal interface IUploadStanding
{
    Task<bool> HasAsync(Address account, CancellationToken stop);
}

/// <summary>An account stands for itself with money on the ledger.</summary>
internal sealed class LedgerStanding(Market.Ledger ledger, UploadTerms terms) : IUploadStanding
{
    public async Task<bool> HasAsync(Address account, CancellationToken stop) =>
        await ledger.Dollars.BalanceAsync(account, stop) >= terms.MinMoney;
}
