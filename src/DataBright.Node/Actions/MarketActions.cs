using System.Collections.Frozen;

namespace DataBright.Node.Actions;

/// <summary>Every action of the node's features, by its name.</summary>
internal sealed class MarketActions(IEnumerable<MarketAction> actions)
{
    private readonly FrozenDictionary<string, MarketAction> _byName = actions.ToFrozenDictionary(action => action.Name);

    /// <summary>In the order of their names.</summary>
    public IEnumerable<MarketAction> All => _byName.Values.OrderBy(action => action.Name, StringComparer.Ordinal);

    public MarketAction? Find(string name) => _byName.GetValueOrDefault(name);
}
