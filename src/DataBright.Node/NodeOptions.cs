using DataBright.Ethereum;

namespace DataBright.Node;

/// <summary>What a node does. One process may do all of it.</summary>
[Flags]
public enum NodeRoles
{
    None = 0,
    Web = 1,
    Scheduler = 2,
    Referee = 4,
}

/// <summary>Everything a node is started with.</summary>
public sealed record NodeOptions
{
    public NodeRoles Roles { get; init; } = NodeRoles.Web;

    /// <summary>Where to listen; port 0 takes a free one. Other machines reach the node only if this says so.</summary>
    public Uri Listen { get; init; } = new("http://127.0.0.1:0");

    /// <summary>The data folder; see <see cref="BlobFolder"/> and <see cref="IndexFile"/> for what is in it.</summary>
    public required string Home { get; init; }

    /// <summary>The chain's JSON-RPC interface; null takes the one in the data folder's <c>market.json</c>.</summary>
    public Uri? Chain { get; init; }

    public string BlobFolder => Path.Combine(Home, "blobs");

    public string IndexFile => Path.Combine(Home, "index.db");

    public string MarketFile => Path.Combine(Home, "market.json");

    public string SchedulerFile => Path.Combine(Home, "scheduler.db");
}
