namespace DataBright.Node.Web;

/// <summary>The menu of every page, as the node's features make it up.</summary>
internal sealed class MainMenu(IEnumerable<MenuEntry> entries)
{
    public IReadOnlyList<MenuEntry> Entries { get; } = [.. entries.OrderBy(entry => entry.Order)];
}
