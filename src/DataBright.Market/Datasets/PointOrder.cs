using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DataBright.Market.Datasets;

/// <summary>
/// Brings points into an order that follows from a seed and from the points themselves, whatever order they came in. Files lie in the order
/// of their classes more often than not, and whoever takes a part of them would learn few classes.
/// </summary>
/// <remarks>The order is that of SHA-256(seed, digest of the point).</remarks>
public static class PointOrder
{
    /// <param name="shard">The points.</param>
    /// <param name="seed">What the order depends on.</param>
    /// <param name="stop">Cancels between points.</param>
    public static Shard Of(Shard shard, ulong seed, CancellationToken stop = default) =>
        shard.Select([.. Enumerable.Range(0, shard.Count)
            .OrderBy(place => Key(seed, shard.Digests[place], stop), StringComparer.Ordinal)]);

    /// <summary>The first points of that order, as many as are asked for (one at least), without putting all of them into it.</summary>
    public static Shard First(Shard shard, ulong seed, int most)
    {
        var kept = new PriorityQueue<int, string>(Comparer<string>.Create((left, right) => StringComparer.Ordinal.Compare(right, left)));
        for (var place = 0; place < shard.Count; place++)
        {
            kept.Enqueue(place, Key(seed, shard[place].Digest));
            if (kept.Count > most) kept.Dequeue();
        }

        var places = new int[kept.Count];
        for (var last = places.Length - 1; last >= 0; last--) places[last] = kept.Dequeue();
        return shard.Select(places);
    }

    internal static string Key(ulong seed, Digest digest, CancellationToken stop = default)
    {
        stop.ThrowIfCancellationRequested();
        Span<byte> content = stackalloc byte[8 + Hash32.Size];
        BinaryPrimitives.WriteUInt64LittleEndian(content, seed);
        digest.CopyTo(content[8..]);
        return Convert.ToHexString(SHA256.HashData(content));
    }
}
