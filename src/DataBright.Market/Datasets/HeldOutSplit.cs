namespace DataBright.Market.Datasets;

/// <summary>Divides points into those to learn from and those to measure on, by a seed: whoever has both can do it again.</summary>
/// <remarks>Points are taken in the order of SHA-256(seed, digest), whatever order they came in. Equal points are on one side.</remarks>
public static class HeldOutSplit
{
    /// <param name="shard">The points.</param>
    /// <param name="percent">How many of a hundred to hold out, 1 to 99.</param>
    /// <param name="seed">What the choice depends on.</param>
    /// <param name="stop">Cancels between points.</param>
    /// <returns>Both in the order of the shard; null where one side would be empty.</returns>
    public static (Shard First, Shard HeldOut)? Of(Shard shard, int percent, ulong seed, CancellationToken stop = default)
    {
        var places = Enumerable.Range(0, shard.Count).GroupBy(place => shard.Digests[place])
            .Select(group => (Key: PointOrder.Key(seed, group.Key, stop), Places: group.ToArray()));
        var held = new HashSet<int>();
        foreach (var (_, equal) in places.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            if (held.Count >= (shard.Count * (long)percent + 50) / 100) break;
            held.UnionWith(equal);
        }

        if (held.Count == 0 || held.Count == shard.Count) return null;
        var all = Enumerable.Range(0, shard.Count);
        return (shard.Select([.. all.Where(place => !held.Contains(place))]), shard.Select([.. all.Where(held.Contains)]));
    }
}
