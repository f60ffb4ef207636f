using DataBright.Learning.Examples;
using DataBright.Learning.Training;

namespace DataBright.Learning.Valuation;

/// <summary>
/// What proposed examples do to accuracy: the model is trained without and with them from several seeds, both times from the same start, and
/// measured on held-out examples. The interval is of the paired differences, so what a seed does to both of a pair cancels.
/// </summary>
/// <param name="Before">Mean accuracy without them.</param>
/// <param name="After">Mean accuracy with them.</param>
/// <param name="Gain">The mean difference with its range at 95 %.</param>
/// <param name="Pairs">Accuracy without and with, by seed.</param>
public sealed record AccuracyGain(double Before, double After, Interval Gain, IReadOnlyList<(Accuracy Without, Accuracy With)> Pairs)
{
    /// <summary>Trains and measures, two runs a seed.</summary>
    /// <param name="plan">What to train and how; its seed is the first, the following numbers are the others.</param>
    /// <param name="listed">What the model has without the proposal.</param>
    /// <param name="proposed">What is proposed.</param>
    /// <param name="heldOut">What accuracy is measured on.</param>
    /// <param name="seeds">Pairs of runs, 2 at least, or there is no interval.</param>
    /// <param name="threads">Threads to train with; they change no bit.</param>
    /// <param name="stop">Cancels between steps.</param>
    public static AccuracyGain Measure(TrainingPlan plan, ExampleSet listed, ExampleSet proposed, ExampleSet heldOut, int seeds = 5, int threads = 1, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 2);
        var joined = ExampleSet.Concat([listed, proposed]);
        var pairs = new (Accuracy Without, Accuracy With)[seeds];
        for (var i = 0; i < seeds; i++)
        {
            var seeded = new TrainingPlan(plan.Architecture, plan.Optimiser, plan.BatchSize, plan.Epochs, unchecked(plan.Seed + (ulong)i));
            pairs[i] = (Train(seeded, listed, heldOut, threads, stop), Train(seeded, joined, heldOut, threads, stop));
        }

        var gain = Interval.OfMean([.. pairs.Select(pair => pair.With.Value - pair.Without.Value)]);
        return new AccuracyGain(pairs.Average(pair => pair.Without.Value), pairs.Average(pair => pair.With.Value), gain, pairs);
    }

    private static Accuracy Train(TrainingPlan plan, ExampleSet examples, ExampleSet heldOut, int threads, CancellationToken stop)
    {
        using var run = new TrainingRun(plan, examples, start: null, threads);
        while (!run.IsComplete)
        {
            stop.ThrowIfCancellationRequested();
            run.Next();
        }

        return Evaluation.Measure(plan.Architecture, run.Parameters(), heldOut, threads);
    }
}
