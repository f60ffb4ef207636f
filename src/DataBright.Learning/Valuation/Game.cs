namespace DataBright.Learning.Valuation;

/// <summary>
/// Participants and what each coalition of them achieves together. A utility that was worked out is kept, so that several
/// valuations of one game pay for each coalition once. Not safe for use by several threads at once.
/// </summary>
public sealed class Game
{
    private readonly Func<Coalition, double> _utility;
    private readonly Dictionary<Coalition, double> _known = [];

    /// <summary>A game.</summary>
    /// <param name="participants">How many there are, at least 1.</param>
    /// <param name="utility">What a coalition achieves: a pure function, and finite.</param>
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
    /// <exception cref="InvalidOperationException">The utility is not finite.</exception>
    public double this[Coalition coalition]
    {
        get
        {
            if (_known.TryGetValue(coalition, out var utility)) return utility;
            utility = _utility(coalition);
            if (!double.IsFinite(utility)) throw new InvalidOperationException($"The utility of coalition {coalition} is {utility}.");
            return _known[coalition] = utility;
        }
    }
}
