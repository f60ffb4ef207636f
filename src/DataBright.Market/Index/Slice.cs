using System.Globalization;

namespace DataBright.Market.Index;

/// <summary>A part of a list.</summary>
/// <param name="Items">At most as many as were asked for.</param>
/// <param name="Next">Where the next part begins, to be handed back as it is; null at the end.</param>
public sealed record Slice<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Limit">How many at most.</param>
/// <param name="After">The <see cref="Slice{T}.Next"/> of the part before; null for the first.</param>
public readonly record struct SliceRequest(int Limit, string? After = null)
{
    /// <summary>The number that a part begins after.</summary>
    /// <exception cref="FormatException">The text is no place in this list.</exception>
    internal long NumberOr(long first) => After is null ? first
        : long.TryParse(After, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw NotHere();

    /// <summary>A place of two parts.</summary>
    /// <exception cref="FormatException">The text is no place in this list.</exception>
    internal (string, string)? Pair() =>
        After is null ? null : After.Split('.') is [var first, var second] ? (first, second) : throw NotHere();

    /// <summary>A place of two numbers.</summary>
    internal (long, long) NumbersOr(long first, long second)
    {
        if (Pair() is not { } pair) return (first, second);
        return long.TryParse(pair.Item1, NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && long.TryParse(pair.Item2, NumberStyles.None, CultureInfo.InvariantCulture, out second)
            ? (first, second) : throw NotHere();
    }

    public FormatException NotHere() => new($"'{After}' is no place in this list: take it from the part before, or leave it out.");

    /// <summary>Cuts off the one item too many that was read to see whether there are more.</summary>
    internal Slice<T> Cut<T>(IReadOnlyList<T> read, Func<T, string> place) => read.Count <= Limit
        ? new Slice<T>(read, null)
        : new Slice<T>([.. read.Take(Limit)], place(read[Limit - 1]));
}
