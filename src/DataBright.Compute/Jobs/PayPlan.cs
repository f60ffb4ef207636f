using System.Numerics;
using DataBright.Market;

namespace DataBright.Compute.Jobs;

/// <summary>
/// How the workers' pay is divided: by examples processed. Every copy of a task is worth the same; the closing task, which only looks at
/// examples and does not learn from them, counts a third of each, and in an evaluation no less than an eighth of a task. What is rounded
/// down goes back to the buyer.
/// </summary>
public sealed class PayPlan
{
    private readonly JobPlan _plan;
    private readonly BigInteger _pay;
    private readonly BigInteger _total;
    private readonly long[][] _points;
    private readonly BigInteger _min;

    /// <param name="plan">The job's plan.</param>
    /// <param name="pay">The job's pay, the scheduler's fee included.</param>
    public PayPlan(JobPlan plan, Money pay)
    {
        _plan = plan;
        _pay = (pay - plan.SchedulerFee).Units;
        _points = [.. plan.Runs.Select((_,
            run) => Enumerable.Range(0, plan.Partitions).Select(partition => Processed(run, partition)).ToArray())];
        var round = _points.SelectMany(run => run).Aggregate(BigInteger.Zero, (sum, points) => sum + Weight(points));
        _total = (round * plan.Rounds + Weight(TaskKey.Closing)) * plan.Redundancy;
        _min = BigInteger.Min(_points.Min(run => run.Min(Weight)), Weight(TaskKey.Closing));
        Least = Share(_min);
        MinOfTraining = Share(_points.Min(run => run.Min(Weight)));
    }

    /// <summary>The least that any task of the job pays.</summary>
    public Money Least { get; }

    /// <summary>The least that a training task pays.</summary>
    public Money MinOfTraining { get; }

    /// <summary>What the workers together must be paid at least, without the scheduler's fee, so that every task pays so much.</summary>
    public Money WorkersPayFor(Money task) => new((UInt128)((task.Units * _total + _min - 1) / _min));

    /// <summary>What a task counts when the pay is divided: about the work that it is.</summary>
    internal double WeightOf(TaskKey task) => (double)Weight(task);

    /// <summary>What the largest training task counts.</summary>
    internal double MaxOfTraining => (double)_points.Max(run => run.Max(Weight));

    /// <summary>What one copy of the task earns.</summary>
    public Money For(TaskKey task) => Share(Weight(task));

    // A pay of 96 bits times the weight of a task has more than 128.
    private Money Share(BigInteger weight) => new((UInt128)(_pay * weight / _total));

    private BigInteger Weight(TaskKey task) => task.IsClosing ? ClosingWeight() : Weight(_points[task.Run][task.Partition]);

    /// <summary>
    /// Where steps are given, training is long whatever the points: the closing task is an eighth of a task at least, or nobody would take
    /// it for what it pays.
    /// </summary>
    private BigInteger ClosingWeight()
    {
        var examples = (BigInteger)_plan.HeldOut.Count * _plan.Runs.Count;
        return _plan.StepsPerRound > 0 ? BigInteger.Max(examples, Weight(Processed(0, 0)) / 8) : examples;
    }

    private static BigInteger Weight(long processed) => 3 * (BigInteger)processed;

    /// <summary>Examples that a task goes through: whole batches where the steps are given, every point once an epoch otherwise.</summary>
    private long Processed(int run, int partition) => _plan.StepsPerRound > 0
        ? (long)_plan.StepsPerRound * _plan.BatchSize
        : (long)_plan.PointsOf(run, partition) * _plan.EpochsPerRound;
}
