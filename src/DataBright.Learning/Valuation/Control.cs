using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Valuation;

/// <summary>
/// What stands in for proposed examples on the side of a comparison that goes without them: as many, repeated from what is there. So both
/// sides hold as many examples, take as many steps in batches of one size, and differ by what the examples say alone.
/// </summary>
public static class Control
{
    /// <summary>
    /// Indices of the examples that are repeated, each as likely as the next every time. So the controls of several seeds vary as proposals
    /// do that were drawn from what is there, and the interval of a gain can tell how much of it is the luck of one draw.
    /// </summary>
    /// <param name="available">Examples that are there, 1 at least.</param>
    /// <param name="count">Examples to stand in for.</param>
    /// <param name="seed">Decides which; the seed of the run.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing to repeat, or fewer than none are asked for.</exception>
    public static int[] Draw(int available, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(available, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var chance = new Chance(seed, Purpose.Control, 0);
        var drawn = new int[count];
        for (var i = 0; i < count; i++) drawn[i] = chance.Below(available, (ulong)i);
        return drawn;
    }

    /// <summary>
    /// What a part has, and the examples that stand in. They come from all that is listed, and not from the part's own: proposed examples,
    /// too, bring a part what others have, and where copies did that alone the part would learn from them.
    /// </summary>
    /// <param name="own">The part's; all where there is one part.</param>
    /// <param name="listed">All that is listed.</param>
    /// <param name="count">Examples to stand in for.</param>
    /// <param name="seed">Decides which.</param>
    public static ExampleSet Fill(ExampleSet own, ExampleSet listed, int count, ulong seed) =>
        count == 0 ? own : ExampleSet.Concat([own, listed.Select(Draw(listed.Count, count, seed))]);
}
