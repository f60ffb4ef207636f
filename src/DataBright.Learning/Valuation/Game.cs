namespace DataBright.Learning.Valuation;

/// <summary>
/// Participants and what each coalition of them achieves together. A utility that was worked out is kept, so that several
/// valuations of one game pay for each coalition once. Not safe for use by several threads at once.
/// </summary>
public sealed class Game
{
    /// <summary>
    /// 2^900: sums over all coalitions of <see cref="ExactValues.MaxParticipants"/> with any weights stay far within binary64.
    /// </summary>
    public static readonly double MaxUtility = Math.ScaleB(1.0, 900);

    private readonly Func<Coalition, double> _utility;
    private readonly Dictionary<Coalition, double> _known = [];

    /// <summary>A game.</summary>
    /// <param name="participants">How many there are, at least 1.</param>
    /// <param name="utility">What a coalition achieves: a pure function, finite and at most <see cref="MaxUtility"/> from zero.</param>
    public Game(int participants, Func<Coalition, double> utility)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(participants, 1);
        Participants = participants;
        _utility = utility;
    }

    /// <summary>How many participants there are.</summary>
    public int Participants { get; }

    /// <summary>Coalitions whose utility was worked out so far.</summary>
    public int Evaluated => _known.Count;

    /// <summary>What a coalition achieves.</summary>
    /// <exception cref="InvalidOperationException">The utility is not finite, or so large that sums of utilities would not be.</exception>
    public double this[Coalition coalition]
    {
        get
        {
            if (_known.TryGetValue(coalition, out var utility)) return utility;
            utility = _utility(coalition);
            if (!(Math.Abs(utility) <= MaxUtility))
                throw new InvalidOperationException($"The utility of coalition {coalition} is {utility}.");
            return _known[coalition] = utility;
        }
    }
}
