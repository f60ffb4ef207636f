using DataBright.Compute.Scheduler;
using DataBright.Ethereum;
using DataBright.Node.Watching;
using DataBright.Services.Relays;
using DataBright.Serving;
using DataBright.Storage.Options;

namespace DataBright.Node.Configuration;

/// <summary>Everything a node is started with.</summary>
public sealed record NodeOptions
{
    public NodeRoles Roles { get; init; } = NodeRoles.Web;

    /// <summary>Where to listen; port 0 takes a free one. Other machines reach the node only if this says so.</summary>
    public Uri Listen { get; init; } = new("http://127.0.0.1:0");

    /// <summary>What the node shows to whoever connects to an address of https; it stays the caller's to dispose, after the node.</summary>
    public NodeCertificate? Certificate { get; init; }

    /// <summary>
    /// The data folder: <c>market.json</c>, <c>storage.json</c>, <c>blobs/</c>, <c>uploads/</c>, <c>index.db</c>, <c>discussion.db</c>,
    /// <c>relayer.db</c>, <c>scheduler.db</c>.
    /// </summary>
    public required string Home { get; init; }

    /// <summary>The chain's JSON-RPC interface.</summary>
    public required Uri Chain { get; init; }

    /// <summary>The trusted key of a scheduler or referee. Stays the caller's to dispose, after the node.</summary>
    public EthereumKey? Key { get; init; }

    /// <summary>The node of the referee that a scheduler asks. A node that is both asks itself.</summary>
    public Uri? Referee { get; init; }

    /// <summary>Predictions to be served; stays the caller's to run and to dispose, after the node.</summary>
    public PredictionServer? Predictions { get; init; }

    /// <summary>Workers that serve models, to try them from the pages; besides the one that says so in the data folder.</summary>
    public IReadOnlyList<Uri> Serving { get; init; } = [];

    /// <summary>
    /// Lets people at this machine act from the pages with the keys of the data folder. For the embedded chain on loopback only: anywhere
    /// else a node does not start with it.
    /// </summary>
    public bool LocalAccounts { get; init; }

    /// <summary>
    /// The account that pays for others' gas; null where the node relays nothing. Stays the caller's to dispose, after the node.
    /// </summary>
    public EthereumKey? Relayer { get; init; }

    /// <summary>What the relayer pays for.</summary>
    public RelayTerms RelayTerms { get; init; } = new();

    /// <summary>How long a scheduler waits for whom.</summary>
    public SchedulerTerms SchedulerTerms { get; init; } = new();

    /// <summary>What may be uploaded to a node with pages, and by whom.</summary>
    public UploadTerms Uploads { get; init; } = new();

    /// <summary>What the process is watched by; null where nobody watches. Stays the caller's to dispose, after the node.</summary>
    public Watch? Watch { get; init; }

    /// <summary>Whoever gives a node public names has others reach it, through a proxy on the same machine or without one.</summary>
    internal bool IsBehindProxy => Uploads.Hosts.Count > 0;

    /// <exception cref="StorageOptionsException">The data folder does not say it so that it can be understood.</exception>
    internal StorageOptions Storage => StorageOptions.Of(Home);

    internal string DiscussionFile => Path.Combine(Home, "discussion.db");

    internal string UploadFolder => Path.Combine(Home, "uploads");

    internal string IndexFile => Path.Combine(Home, "index.db");

    internal string MarketFile => Path.Combine(Home, "market.json");

    internal string ServingFile => Path.Combine(Home, "serving.json");

    internal string KeyFolder => Path.Combine(Home, "keys");

    internal string ContentKeyFolder => Path.Combine(Home, "content-keys");

    internal string RelayerFile => Path.Combine(Home, "relayer.db");

    internal string SchedulerFile => Path.Combine(Home, "scheduler.db");
}
