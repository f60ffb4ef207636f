using System.Security.Cryptography;

namespace DataBright.Node.Drafts;

/// <summary>What people have prepared on pages and not signed yet: the newest of it, in memory.</summary>
internal sealed class DraftStore<T>(TimeProvider clock) where T : class
{
    private readonly RecentByOwner<string, T> _known = new(clock);

    /// <summary>Null where it is forgotten, or never was.</summary>
    public T? Find(string? name) => name is null ? null : _known.Find(name);

    /// <param name="draft">What is prepared.</param>
    /// <param name="owner">Whose uploads its files are.</param>
    /// <returns>The name under which it is found again.</returns>
    public string Keep(T draft, string owner)
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _known.Keep(name, draft, owner);
        return name;
    }
}
