using System.Security.Cryptography;

namespace DataBright.Node.Drafts;

/// <summary>What people have prepared on pages and not signed yet: the newest of it, in memory.</summary>
internal sealed class DraftStore<T> where T : class
{
    private const int MaxRemembered = 300;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, T> _known = [];
    private readonly Queue<string> _order = [];

    /// <summary>Null where it is forgotten, or never was.</summary>
    public T? Find(string? name)
    {
        lock (_gate) return name is null ? null : _known.GetValueOrDefault(name);
    }

    /// <returns>The name under which it is found again.</returns>
    public string Keep(T draft)
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        lock (_gate)
        {
            if (_order.Count == MaxRemembered) _known.Remove(_order.Dequeue());
            _order.Enqueue(name);
            _known[name] = draft;
        }
        return name;
    }
}
