using DataBright.Node.Actions;
using DataBright.Node.Configuration;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Features;

/// <summary>What one folder brings to a node. The host asks every feature for its parts, in the order of their list.</summary>
internal interface INodeFeature
{
    /// <summary>How it names its things, where those are numbered on the ledger.</summary>
    NumberForm? Number => null;

    /// <summary>Its place in the menu of every page.</summary>
    MenuEntry? MenuEntry => null;

    /// <summary>What people do about it from the pages.</summary>
    IReadOnlyList<MarketAction> Actions => [];

    /// <summary>Whether a node with these options has it.</summary>
    bool IsPartOf(NodeOptions options) => options.Roles.HasFlag(NodeRoles.Web);

    /// <summary>Adds what its addresses and pages work with, whatever the market is read from.</summary>
    void AddServices(IServiceCollection services, NodeOptions options)
    {
    }

    /// <summary>Adds what reads a real chain and acts on it. Tests have doubles in its place.</summary>
    /// <exception cref="NodeCannotStartException">The options lack something that it needs.</exception>
    void AddChainServices(IServiceCollection services, NodeOptions options)
    {
    }

    /// <summary>Maps its addresses, for programs and for people.</summary>
    void Map(IEndpointRouteBuilder routes, NodeOptions options)
    {
    }
}
