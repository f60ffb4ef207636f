using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Valuation;

/// <summary>
/// Banzhaf values from random coalitions by maximum sample reuse (J. Wang, R. Jia, "Data Banzhaf: A Robust Data Valuation Framework for
/// Machine Learning", AISTATS 2023): every coalition, each member drawn with probability ½, says something about every participant, whose
/// value is the mean utility of the coalitions with it less that of those without it. Of all semivalues Banzhaf's ranking bears most noise
/// in the utilities.
/// </summary>
public static class BanzhafEstimate
{
    /// <summary>
    /// The value of each participant; where there are so few that enumerating them costs no more than the samples, exact.
    /// </summary>
    /// <param name="game">Who and what.</param>
    /// <param name="samples">Coalitions to draw; repeated ones cost nothing.</param>
    /// <param name="seed">Decides which are drawn.</param>
    /// <exception cref="ArgumentException">A participant was in all coalitions drawn, or in none: draw more.</exception>
    public static double[] Values(Game game, int samples, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        var n = game.Participants;
        if (n <= ExactValues.MaxParticipants && 1L << n <= samples) return ExactValues.Banzhaf(game);

        var (with, without) = (new double[n], new double[n]);
        var counts = new int[n];
        for (var sample = 0; sample < samples; sample++)
        {
            var chance = new Chance(seed, Purpose.Coalition, (ulong)sample);
            var coalition = Coalition.Of(Enumerable.Range(0, n).Where(i => (chance.Bits((ulong)(i / 64)) >> (i % 64) & 1) != 0));
            var utility = game[coalition];
            for (var i = 0; i < n; i++)
            {
                if (coalition.Contains(i)) (with[i], counts[i]) = (with[i] + utility, counts[i] + 1);
                else without[i] += utility;
            }
        }

        var values = new double[n];
        for (var i = 0; i < n; i++)
        {
            if (counts[i] == 0 || counts[i] == samples)
                throw new ArgumentException($"Participant {i} was in {counts[i]} of {samples} coalitions; draw more.", nameof(samples));
            values[i] = with[i] / counts[i] - without[i] / (samples - counts[i]);
        }

        return values;
    }
}
