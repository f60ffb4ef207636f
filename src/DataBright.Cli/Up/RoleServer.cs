using DataBright.Ethereum;
using DataBright.Node.Configuration;
using DataBright.Node;
using DataBright.Node.Watching;
using DataBright.Services.Relays;
using DataBright.Terminal;

namespace DataBright.Cli.Up;

/// <summary>
/// The roles of one process. A referee beside other roles is a node of its own, with its own key and address: the scheduler talks to it
/// exactly as to one elsewhere.
/// </summary>
internal sealed class RoleServer : IAsyncDisposable
{
    private static readonly Uri AnyPort = new("http://127.0.0.1:0");

    private readonly MarketPlace _place;
    private readonly Reach _reach;
    private readonly RelayTerms _relaying;
    private readonly Watch _watch;
    private readonly NodeCertificate? _certificate;
    private readonly Stack<NodeHost> _nodes = [];

    private RoleServer(MarketPlace place, RelayTerms relaying, NodeRoles roles, NodeCertificate? certificate, Reach reach, Watch watch) =>
        (_place, _relaying, Roles, _certificate, _reach, _watch) = (place, relaying, roles, certificate, reach, watch);

    public NodeRoles Roles { get; }

    public Uri Address => _nodes.Peek().Address;

    /// <summary>The referee in use, here or elsewhere.</summary>
    public Uri? Referee { get; private set; }

    public bool IsTrusted => (Roles & (NodeRoles.Scheduler | NodeRoles.Referee)) != NodeRoles.None;

    /// <param name="place">The market.</param>
    /// <param name="relaying">What is paid for others, where the market has somebody who pays.</param>
    /// <param name="roles">What to serve.</param>
    /// <param name="listen">Where.</param>
    /// <param name="certificate">What is shown there; null where it is not https.</param>
    /// <param name="referee">The one that a scheduler asks.</param>
    /// <param name="reach">Who can reach it, and by which names.</param>
    /// <param name="watch">What the process is watched by.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="Failure">The address is taken, or a scheduler has no referee.</exception>
    public static async Task<RoleServer> StartAsync(MarketPlace place, RelayTerms relaying, NodeRoles roles, Uri listen,
        NodeCertificate? certificate, Uri? referee, Reach reach, Watch watch, CancellationToken stop)
    {
        if (roles.HasFlag(NodeRoles.Scheduler) && !roles.HasFlag(NodeRoles.Referee) && referee is null)
            throw new Failure(ExitCode.Usage, "A scheduler needs a referee: add referee to --roles, or name one with --referee URL.");
        var server = new RoleServer(place, relaying, roles, certificate, reach, watch);
        try
        {
            if (roles.HasFlag(NodeRoles.Referee))
            {
                var alone = roles == NodeRoles.Referee;
                var judge = await server.StartAsync(NodeRoles.Referee, alone ? listen : AnyPort, place.RefereeKey, null, stop);
                referee = judge.Address;
            }

            server.Referee = referee;
            if (roles == NodeRoles.Referee)
                return server;
            await server.StartAsync(roles & ~NodeRoles.Referee, listen, place.SchedulerKey, referee, stop);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves until it is told to stop; ends with a failure if the chain is gone for good, or a role fell over.</summary>
    public async Task ServeAsync(CancellationToken stop)
    {
        var stopped = Task.Delay(Timeout.Infinite, stop);
        var first = await Task.WhenAny([stopped, _place.ChainEnds, .. _nodes.Select(node => node.Ended)]);
        if (first == stopped)
            return;
        await first;
        throw new Failure(ExitCode.Bug, "A role of the node fell over; the lines above say why. Nothing is lost: start it again.");
    }

    public async ValueTask DisposeAsync()
    {
        while (_nodes.TryPop(out var node))
            await node.DisposeAsync();
    }

    private async Task<NodeHost> StartAsync(NodeRoles roles, Uri listen, EthereumKey? key, Uri? referee, CancellationToken stop)
    {
        var node = await NodeHost.StartAsync(
            new NodeOptions
            {
                Roles = roles,
                Listen = listen,
                // A referee beside the others is reached from within alone.
                Certificate = listen.Scheme == Uri.UriSchemeHttps ? _certificate : null,
                Home = _place.Access.Home.Root,
                Chain = _place.Access.Rpc,
                Key = key,
                Referee = referee,
                Relayer = _place.RelayerKey,
                RelayTerms = _relaying,
                Uploads = new UploadTerms { OpenOnThisMachine = _place.IsOwn && _reach.IsAloneAt(listen), Hosts = _reach.Names },
                Watch = _watch,
                LocalAccounts = _reach.IsOwn && _reach.IsAloneAt(listen) && roles.HasFlag(NodeRoles.Web),
            },
            stop);
        _nodes.Push(node);
        return node;
    }
}

/// <summary>Who can reach a node, and how.</summary>
/// <param name="IsOwn">The chain is this machine's own: people at it may act from the pages with its keys, unless others can reach the
/// node.</param>
/// <param name="Names">Public names of the node, as a proxy in front of it has them.</param>
internal sealed record Reach(bool IsOwn, IReadOnlyList<string> Names)
{
    /// <summary>Nobody but programs of this machine reaches it. Behind a proxy on the same machine everybody would look like one.</summary>
    public bool IsAloneAt(Uri listen) => listen.IsLoopback && Names.Count == 0;
}
