using System.Numerics;

namespace DataBright.Ethereum;

/// <summary>A block that was seen.</summary>
/// <param name="Number">Its height.</param>
/// <param name="Hash">Its hash.</param>
public readonly record struct BlockMark(ulong Number, Hash32 Hash);

/// <summary>
/// How far logs were read, and some of the blocks seen on the way. It is kept beside what was made of the logs, in the
/// same step, so that reading can go on from there after a restart. It serialises to JSON as it is.
/// </summary>
/// <param name="Start">The first block that was ever wanted.</param>
/// <param name="Next">The first block not yet read.</param>
/// <param name="Marks">
/// Blocks seen, oldest first: the recent ones close together, older ones ever further apart. A reorganisation is
/// undone to the newest of them that is still in the chain.
/// </param>
public sealed record LogCursor(ulong Start, ulong Next, IReadOnlyList<BlockMark> Marks)
{
    /// <summary>Marks that are kept without gaps.</summary>
    private const int Recent = 64;

    /// <summary>Reading from a block on.</summary>
    public static LogCursor From(ulong block) => new(block, block, []);

    /// <summary>The block before <see cref="Next"/>, if it was read.</summary>
    internal BlockMark? Last => Marks.Count == 0 ? null : Marks[^1];

    /// <summary>After reading on to <paramref name="head"/>.</summary>
    internal LogCursor Advanced(BlockMark head, IEnumerable<BlockMark> seen)
    {
        var marks = Marks.Concat(seen).Append(head).DistinctBy(m => m.Number).OrderBy(m => m.Number).ToList();
        // Of the older ones, one for each power of two of their distance: a window of any depth in few words.
        var old = marks.SkipLast(Recent).GroupBy(m => BitOperations.Log2(head.Number - m.Number)).Select(g => g.First());
        return this with { Next = head.Number + 1, Marks = [.. old, .. marks.TakeLast(Recent)] };
    }

    /// <summary>After the blocks above <paramref name="mark"/> turned out to be gone; null forgets every block.</summary>
    internal LogCursor RewoundTo(BlockMark? mark) => mark is { } kept
        ? this with { Next = kept.Number + 1, Marks = [.. Marks.Where(m => m.Number <= kept.Number)] }
        : From(Start);
}
