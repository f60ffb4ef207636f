using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Trust;
using DataBright.Node.Configuration;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Up;

/// <summary>
/// The market that a node serves: one of its own on an embedded chain, or one that exists elsewhere; and the keys of its trusted roles.
/// </summary>
internal sealed class MarketPlace : IAsyncDisposable
{
    private readonly Stack<IDisposable> _held = [];
    private EmbeddedChain? _chain;

    public MarketAccess Access { get; private set; } = null!;

    public EthereumKey? SchedulerKey { get; private set; }

    public EthereumKey? RefereeKey { get; private set; }

    /// <summary>The account that pays for others' gas; null where the node relays nothing.</summary>
    public EthereumKey? RelayerKey { get; private set; }

    /// <summary>Whether the chain is this data folder's own.</summary>
    public bool IsOwn => _chain is not null;

    /// <summary>Ends when the embedded chain cannot be kept running; never where the chain is elsewhere.</summary>
    public Task ChainEnds => _chain?.Supervision ?? Task.Delay(Timeout.Infinite);

    /// <summary>Starts the embedded chain of a data folder and, the first time, sets up a market on it.</summary>
    public static async Task<MarketPlace> OwnAsync(HomeFolder home, NodeRoles roles, Output output, CancellationToken stop)
    {
        var place = new MarketPlace();
        try
        {
            place._held.Push(home.Hold());
            place.HoldFor(home, roles);
            var chain = place._chain = await EmbeddedChain.StartAsync(new EmbeddedChainOptions(home.Chain), stop);
            if (chain.Note is { } note)
                output.Note(note);
            var development = new DevelopmentMarket(home, chain);
            if (!File.Exists(home.Market))
                await output.WaitAsync("Setting up a market of your own", () => development.DeployAsync(stop));
            place.Access = await MarketAccess.OpenAsync(home, chain.Url, stop);
            if (roles.HasFlag(NodeRoles.Scheduler))
                place.SchedulerKey = await development.TrustedKeyAsync(TrustedRole.Scheduler, place.Access.Ledger, stop);
            if (roles.HasFlag(NodeRoles.Referee))
                place.RefereeKey = await development.TrustedKeyAsync(TrustedRole.Referee, place.Access.Ledger, stop);
            if (roles.HasFlag(NodeRoles.Web))
                place.RelayerKey = await development.RelayerKeyAsync(stop);
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Serves a market on a chain elsewhere. A process has one trusted role at most: scheduler and referee answer for each other.
    /// </summary>
    public static async Task<MarketPlace> JoinAsync(
        HomeFolder home, Uri rpc, ulong? chainId, NodeRoles roles, Func<HomeFolder, ulong, EthereumKey> open,
        Func<HomeFolder, ulong, EthereumKey?> openRelayer, CancellationToken stop)
    {
        if (roles.HasFlag(NodeRoles.Scheduler) && roles.HasFlag(NodeRoles.Referee))
            throw new Failure(ExitCode.Usage,
                "On a chain of others a scheduler and a referee are two processes, each with its own --key: choose with --roles.");
        var place = new MarketPlace();
        try
        {
            place.HoldFor(home, roles);
            place.Access = await MarketAccess.OpenAsync(home, rpc, stop);
            var id = place.Access.Ledger.Addresses.ChainId;
            if (chainId is { } wanted && wanted != id)
                throw new Failure(ExitCode.Unreachable, $"The market in {home.Root} is on chain {id}, not on {wanted} as --chain-id says.");
            if (roles.HasFlag(NodeRoles.Scheduler))
                place.SchedulerKey = await RequireTrustedAsync(place.Access.Ledger, open(home, id), TrustedRole.Scheduler, stop);
            if (roles.HasFlag(NodeRoles.Referee))
                place.RefereeKey = await RequireTrustedAsync(place.Access.Ledger, open(home, id), TrustedRole.Referee, stop);
            if (roles.HasFlag(NodeRoles.Web))
                place.RelayerKey = openRelayer(home, id);
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        SchedulerKey?.Dispose();
        RefereeKey?.Dispose();
        RelayerKey?.Dispose();
        Access?.Dispose();
        if (_chain is not null)
            await _chain.DisposeAsync();
        while (_held.TryPop(out var held))
            held.Dispose();
    }

    private void HoldFor(HomeFolder home, NodeRoles roles)
    {
        if (roles.HasFlag(NodeRoles.Web))
            _held.Push(home.HoldIndex());
        if (roles.HasFlag(NodeRoles.Scheduler))
            _held.Push(home.HoldScheduler());
    }

    private static async Task<EthereumKey> RequireTrustedAsync(Ledger ledger, EthereumKey key, TrustedRole role, CancellationToken stop)
    {
        var number = await ledger.TrustedKeys.NumberOfAsync(key.Address, stop);
        var known = number is { } found ? await ledger.TrustedKeys.FindAsync(found, stop) : null;
        if (known is { Revoked: false } && known.Role == role)
            return key;
        var address = key.Address;
        key.Dispose();
        throw new Failure(ExitCode.Denied, known is { Revoked: true }
            ? $"The key {address} was revoked as a {role.ToString().ToLowerInvariant()}; that is final. Register another."
            : $"{address} is not registered as a {role.ToString().ToLowerInvariant()} on this market; its administrator has to register it "
                + "first.");
    }
}
