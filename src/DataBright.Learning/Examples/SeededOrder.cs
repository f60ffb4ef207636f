using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Examples;

/// <summary>Permutations that follow from a seed by whole numbers alone, so that every machine draws the same.</summary>
public static class SeededOrder
{
    /// <summary>A permutation of 0 … count − 1, by which points are divided among those who learn from them.</summary>
    /// <param name="count">Points.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="shard">Which points: those of another shard have another order from the same seed.</param>
    public static int[] Of(int count, ulong seed, int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        var order = new int[count];
        new Chance(seed, Purpose.Divide, (ulong)shard).Permute(order);
        return order;
    }
}
