using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Watching;
using DataBright.Node.Configuration;
using DataBright.Node.Watching;
using DataBright.Services.Relays;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Processes;
using Spectre.Console;

namespace DataBright.Cli.Up;

/// <summary>Starts a node and serves until it is told to stop.</summary>
internal sealed class UpCommand : Verb
{
    private static readonly Uri Front = new("http://127.0.0.1:7007");
    private static readonly Uri AnyPort = new("http://127.0.0.1:0");

    private readonly Option<NodeRoles> _roles;
    private readonly Option<Uri?> _listen;
    private readonly Option<string[]> _names;
    private readonly Option<Uri?> _rpc = ChainOptions.Rpc();
    private readonly Option<ulong?> _chainId;
    private readonly Option<Uri?> _referee = RefereeNode.Option("For a scheduler without a referee beside it: the referee's URL");
    private readonly KeyOptions _key;
    private readonly RelayerOptions _relayer;
    private readonly CertificateOptions _certificate;
    private readonly WatchFlags _watch;
    private readonly Option<bool> _endWithParent = ParentWatch.Option();

    // The demo runs its chain apart from its node, so the node cannot tell by itself that the chain is its own.
    private readonly Option<bool> _localAccounts =
        new("--local-accounts") { Description =
            "With --rpc of an embedded chain: let people act from the pages with keys of the data folder", Hidden = true };

    public UpCommand()
        : base("up", "Start a node: its web pages, a scheduler, a referee; without --rpc with a chain and a market of its own",
            "up --roles web,scheduler,referee")
    {
        _roles = TakeOr("--roles", NodeRoles.Web | NodeRoles.Scheduler | NodeRoles.Referee, ReadRoles,
            "What the node does: any of web, scheduler, referee (default: all)", "LIST");
        _listen = Take<Uri?>("--listen", Parsing.Url,
            $"Where to listen (default {Front.GetLeftPart(UriPartial.Authority)}); port 0 takes a free one", "URL");
        _names = Take<string[]>("--public-name",
            "Host, and port if it is not the usual one, by which others know the node behind a proxy; may be repeated", "HOST");
        _names.CustomParser = Parsing.Each(HostName);
        Options.Add(_rpc);
        _chainId = Take<ulong?>("--chain-id", text => (ulong)Parsing.Whole(text, 1, int.MaxValue),
            "With --rpc: refuse any other chain", "ID");
        Options.Add(_referee);
        _key = KeyOptions.AddTo(this, "A scheduler or referee signs without asking anybody");
        _relayer = RelayerOptions.AddTo(this);
        _certificate = CertificateOptions.AddTo(this);
        _watch = WatchFlags.AddTo(this);
        Options.Add(_endWithParent);
        Options.Add(_localAccounts);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        using var parent = ParentWatch.Begin(arguments.GetValue(_endWithParent), stop);
        var home = HomeFolder.Of(arguments);
        var rpc = arguments.GetValue(_rpc) ?? ChainOptions.FromEnvironment();
        var relaying = _relayer.Terms(arguments);
        output = _watch.Notes(arguments, output);
        using var certificate = _certificate.Open(arguments, Listen(arguments), output);
        await using var watch = await _watch.StartAsync(arguments, parent.Token);
        home.Create();
        await using var place = rpc is null
            ? await MarketPlace.OwnAsync(home, Roles(arguments), output, parent.Token)
            : await MarketPlace.JoinAsync(home, rpc, arguments.GetValue(_chainId), Roles(arguments), (h, id) => _key.Open(arguments, h, id),
                (h, id) => _relayer.Open(arguments, h, id), parent.Token);
        await using var node = await RoleServer.StartAsync(place, relaying, Roles(arguments), Listen(arguments), certificate,
            arguments.GetValue(_referee), new Reach(rpc is null || arguments.GetValue(_localAccounts), arguments.GetValue(_names) ?? []),
            watch, parent.Token);
        using var word = Roles(arguments).HasFlag(NodeRoles.Web)
            ? RunningNode.Announce(home, node.Address, place.Access.Rpc, node.Referee) : null;
        Tell(output, place, relaying, node, watch, arguments.GetValue(_endWithParent));
        await node.ServeAsync(parent.Token);
        return ExitCode.Done;
    }

    private static string HostName(string text) =>
        Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var url) && url.Authority.Equals(text, StringComparison.OrdinalIgnoreCase)
        ? text
        : throw new FormatException($"'{text}' is no host such as node.example.org or node.example.org:8443");

    private NodeRoles Roles(ParseResult arguments) => arguments.GetValue(_roles);

    private Uri Listen(ParseResult arguments) => arguments.GetValue(_listen) ?? (arguments.GetValue(_endWithParent) ? AnyPort : Front);

    private static void Tell(Output output, MarketPlace place, RelayTerms relaying, RoleServer node, Watch watch, bool isChild)
    {
        if (isChild)
        {
            if (watch.Metrics is { } metrics)
                output.Mark($"metrics {metrics}");
            output.Mark($"{Child.ReadyMark}{node.Address}");
            return;
        }

        var facts = new
        {
            node = node.Address,
            chain = place.Access.Rpc,
            chainId = place.Access.Ledger.Addresses.ChainId,
            roles = node.Roles.ToString(),
            home = place.Access.Home.Root,
            attestation = node.IsTrusted ? "none (development)" : null,
            relayer = place.RelayerKey?.Address,
            metrics = watch.Metrics,
            otlp = watch.Options.Otlp,
        };
        output.Show(facts, console =>
        {
            console.Write(Sheet.Facts(
                ("Node", node.Address), ("Roles", facts.roles.ToLowerInvariant()), ("Chain", $"{facts.chain} (id {facts.chainId})"),
                ("Data folder", facts.home),
                ("Attestation", facts.attestation),
                ("Pays for others' gas", facts.relayer is null
                    ? null
                    : $"{facts.relayer}, {TerminalWording.Of(relaying.PerAccount)} times a day for one account, "
                        + $"{TerminalWording.Of(relaying.PerDay)} for all"),
                ("Metrics", watch.Metrics), ("Sends metrics and traces to", watch.Options.Otlp)));
            console.MarkupLine("[grey]Ctrl-C ends it.[/]");
        });
    }

    private static NodeRoles ReadRoles(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Aggregate(NodeRoles.None, (roles,
                word) => roles | (word == "none" ? throw new FormatException("'none' is not a role") : Parsing.OneOf<NodeRoles>(word)))
            is var read && read != NodeRoles.None
            ? read
            : throw new FormatException("Name one role at least: web, scheduler, referee");
}
