using System.Numerics;

namespace DataBright.Learning.Valuation;

/// <summary>
/// Values by enumerating every coalition: exact, for up to twenty participants, and what all estimates are checked against.
/// </summary>
public static class ExactValues
{
    /// <summary>More participants than this would mean more than a million coalitions.</summary>
    public const int MaxParticipants = 20;

    /// <summary>
    /// Shapley values: a participant's marginal gain averaged over all orders of arrival (L. Shapley, "A value for n-person games", 1953).
    /// They add up to u(all) − u(nobody).
    /// </summary>
    /// <exception cref="ArgumentException">There are too many participants.</exception>
    public static double[] Shapley(Game game)
    {
        var n = game.Participants;
        // 1 / (n · C(n − 1, size)): the share of the orders in which exactly these came before.
        var weights = new double[n];
        weights[0] = 1.0 / n;
        for (var size = 1; size < n; size++) weights[size] = weights[size - 1] * size / (n - size);
        return Sum(game, size => weights[size]);
    }

    /// <summary>
    /// Banzhaf values: a participant's marginal gain averaged over all coalitions of the others (J. Banzhaf, "Weighted voting doesn't
    /// work", 1965).
    /// </summary>
    /// <exception cref="ArgumentException">There are too many participants.</exception>
    public static double[] Banzhaf(Game game) => Sum(game, _ => Math.ScaleB(1.0, 1 - game.Participants));

    private static double[] Sum(Game game, Func<int, double> weight)
    {
        var n = game.Participants;
        if (n > MaxParticipants)
            throw new ArgumentException(
                $"{n} participants have 2^{n} coalitions; up to {MaxParticipants} can be enumerated. Estimate instead.", nameof(game));
        var values = new double[n];
        var utilities = new double[1 << n];
        for (var bits = 0; bits < utilities.Length; bits++) utilities[bits] = game[Coalition.OfBits((ulong)bits)];
        for (var bits = 0; bits < utilities.Length; bits++)
            for (var i = 0; i < n; i++)
                if ((bits >> i & 1) == 0)
                    values[i] += weight(BitOperations.PopCount((uint)bits)) * (utilities[bits | 1 << i] - utilities[bits]);
        return values;
    }
}
