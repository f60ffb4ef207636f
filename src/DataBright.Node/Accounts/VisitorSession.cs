namespace DataBright.Node.Accounts;

/// <summary>Whoever looks at a page with an account of this machine unlocked.</summary>
internal sealed class VisitorSession
{
    /// <summary>Null where a wallet holds the key, or somebody only reads.</summary>
    public LocalSession? Session { get; set; }
}
