using DataBright.Learning.Arithmetic;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

/// <summary>Small games with any utilities, from a seed.</summary>
internal static class Games
{
    public static Game Random(int participants, ulong seed)
    {
        var chance = new Chance(seed, Purpose.Resample, 50);
        return new Game(participants,
            coalition => chance.Symmetric(coalition.Members.Aggregate(0UL, (bits, member) => bits | 1UL << member)));
    }

    /// <summary>Shapley values the slow way: the marginal gains of every order of arrival.</summary>
    public static double[] ShapleyByOrders(Game game)
    {
        var sums = new double[game.Participants];
        var orders = 0;
        foreach (var order in Orders([.. Enumerable.Range(0, game.Participants)]))
        {
            var coalition = Coalition.Empty;
            foreach (var participant in order)
            {
                sums[participant] += game[coalition.With(participant)] - game[coalition];
                coalition = coalition.With(participant);
            }

            orders++;
        }

        return [.. sums.Select(sum => sum / orders)];
    }

    private static IEnumerable<int[]> Orders(int[] left) => left.Length == 0
        ? [[]]
        : left.SelectMany(first => Orders([.. left.Where(other => other != first)]).Select(rest => (int[])[first, .. rest]));
}
