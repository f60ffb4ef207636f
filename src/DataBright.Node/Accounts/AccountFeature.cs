using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Features;

namespace DataBright.Node.Accounts;

/// <summary>Who acts, with a wallet or an account of this machine, and every action there is.</summary>
internal sealed class AccountFeature : INodeFeature
{
    public bool IsPartOf(NodeOptions options) => options.LocalAccounts || options.Roles.HasFlag(NodeRoles.Web);

    public void AddServices(IServiceCollection services, NodeOptions options) => services.AddScoped<VisitorSession>();

    public void AddChainServices(IServiceCollection services, NodeOptions options)
    {
        if (options.LocalAccounts) services.AddLocalAccounts(options);
    }

    public void Map(IEndpointRouteBuilder routes, NodeOptions options)
    {
        if (options.Roles.HasFlag(NodeRoles.Web))
        {
            routes.MapAccount();
            routes.MapActions(routes.ServiceProvider.GetRequiredService<MarketActions>());
        }
        if (options.LocalAccounts) routes.MapLocalAccounts();
    }
}
