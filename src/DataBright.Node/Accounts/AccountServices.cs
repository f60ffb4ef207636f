using System.Net;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Configuration;

namespace DataBright.Node.Accounts;

internal static class AccountServices
{
    /// <summary>What it takes to act with keys of the data folder.</summary>
    /// <exception cref="NodeCannotStartException">The chain is one of others, or others could reach the node.</exception>
    public static void AddLocalAccounts(this IServiceCollection services, NodeOptions options)
    {
        if (!options.Roles.HasFlag(NodeRoles.Web))
            throw new NodeCannotStartException("Local accounts act from the pages: add the role web.");
        if (MarketFile.Load(options.MarketFile)?.ChainId != EmbeddedChain.ChainId)
            throw new NodeCannotStartException(
                $"Local accounts are for the embedded chain (id {EmbeddedChain.ChainId}) only: on any other a wallet holds the keys.");
        if (!IsLoopback(options.Listen))
            throw new NodeCannotStartException(
                $"A node with local accounts listens on this machine only, not on {options.Listen.Host}: use http://127.0.0.1, or a "
                + "wallet.");
        if (options.IsBehindProxy)
            throw new NodeCannotStartException(
                "A node with a public name is reached by others, and local accounts are for people at this machine: leave one of the two "
                + "away.");
        services.AddSingleton(new LocalAccounts(options.KeyFolder));
        services.AddSingleton<LocalSessions>();
        services.AddTransient<LocalAccountExecutor>();
    }

    public static bool IsLoopback(Uri listen) =>
        listen.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
