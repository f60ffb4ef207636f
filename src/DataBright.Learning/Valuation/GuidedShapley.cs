using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Valuation;

/// <summary>When an estimate by <see cref="GuidedShapley"/> leaves out work, and when it ends.</summary>
/// <param name="RoundTruncation">When all together change the utility by no more than this, everyone's value is zero.</param>
/// <param name="OrderTruncation">Once the utility is within this of everyone's, those who come later in the order gain nothing.</param>
/// <param name="Convergence">The mean relative change of the values over the last window at which the estimate ends.</param>
/// <param name="Window">Orders looked back on.</param>
/// <param name="MaxOrders">Orders after which it ends at the latest.</param>
public sealed record GuidedShapleyOptions(double RoundTruncation = 0.001, double OrderTruncation = 0.001, double Convergence = 0.01,
    int Window = 20, int MaxOrders = 2000);

/// <summary>An estimate and what it cost.</summary>
/// <param name="Values">The value of each participant.</param>
/// <param name="Orders">Orders of arrival drawn.</param>
/// <param name="HasConverged">False when the largest number of orders ended it.</param>
public sealed record GuidedShapleyResult(double[] Values, int Orders, bool HasConverged);

/// <summary>
/// GTG-Shapley (Z. Liu et al., "GTG-Shapley: Efficient and Accurate Participant Contribution Evaluation in Federated Learning", ACM TIST
/// 2022):
/// marginal gains averaged over random orders of arrival, guided so that each participant is first equally often, with truncation of rounds
/// in which nothing happens and of orders once the rest cannot matter, until the values stand still.
/// </summary>
public static class GuidedShapley
{
    /// <summary>The value of each participant.</summary>
    /// <param name="game">Who and what.</param>
    /// <param name="seed">Decides the orders.</param>
    /// <param name="options">When to leave out work and when to end.</param>
    public static GuidedShapleyResult Values(Game game, ulong seed, GuidedShapleyOptions? options = null)
    {
        options ??= new GuidedShapleyOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxOrders, game.Participants);
        var n = game.Participants;
        var (nobody, everyone) = (game[Coalition.Empty], game[Coalition.Everyone(n)]);
        var sums = new double[n];
        if (Math.Abs(everyone - nobody) <= options.RoundTruncation) return new GuidedShapleyResult(sums, 0, HasConverged: true);

        var history = new Queue<double[]>();
        var order = new int[n];
        var orders = 0;
        // Whole turns of n orders keep the guidance even: each participant has been first equally often.
        while (orders + n <= options.MaxOrders)
        {
            for (var first = 0; first < n; first++)
            {
                Draw(order, first, new Chance(seed, Purpose.Coalition, (ulong)orders++));
                Walk(game, order, nobody, everyone, options.OrderTruncation, sums);
                history.Enqueue(Means(sums, orders));
                if (history.Count > options.Window + 1) history.Dequeue();
            }

            if (history.Count > options.Window && Change(history) <= options.Convergence)
                return new GuidedShapleyResult(Means(sums, orders), orders, HasConverged: true);
        }

        return new GuidedShapleyResult(Means(sums, orders), orders, HasConverged: false);
    }

    private static void Draw(int[] order, int first, Chance chance)
    {
        chance.Permute(order);
        var place = Array.IndexOf(order, first);
        Array.Copy(order, 0, order, 1, place);
        order[0] = first;
    }

    private static void Walk(Game game, int[] order, double nobody, double everyone, double truncation, double[] sums)
    {
        var (coalition, before) = (Coalition.Empty, nobody);
        foreach (var participant in order)
        {
            if (Math.Abs(everyone - before) < truncation) return;
            coalition = coalition.With(participant);
            var after = game[coalition];
            sums[participant] += after - before;
            before = after;
        }
    }

    private static double[] Means(double[] sums, int orders) => Array.ConvertAll(sums, sum => sum / orders);

    /// <summary>The mean over window and participants of the relative distance from the newest values.</summary>
    private static double Change(Queue<double[]> history)
    {
        var newest = history.Last();
        var scale = newest.Max(Math.Abs);
        if (scale == 0) return 0;
        return history.SkipLast(1).Average(old => newest.Zip(old, (now, then) => Math.Abs(now - then)).Average()) / scale;
    }
}
