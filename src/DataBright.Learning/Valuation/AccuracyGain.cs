using DataBright.Learning.Aggregation;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;

namespace DataBright.Learning.Valuation;

/// <summary>
/// What proposed examples do to accuracy: the model is trained without and with them from several seeds, both times from the same start and
/// for as many steps, and measured on held-out examples. The side without them repeats as many of its own in their place
/// (<see cref="Control"/>). What a seed does to both of a pair cancels in the interval (<see cref="GainInterval"/>).
/// </summary>
/// <param name="Before">Mean accuracy without them.</param>
/// <param name="After">Mean accuracy with them.</param>
/// <param name="Gain">The mean difference with its range at 95 %.</param>
/// <param name="Pairs">Accuracy without and with, by seed.</param>
public sealed record AccuracyGain(double Before, double After, Interval Gain, IReadOnlyList<(Accuracy Without, Accuracy With)> Pairs)
{
    private const ulong OrderSeed = 1;

    /// <summary>Trains and measures, two runs a seed.</summary>
    /// <param name="plan">What to train and how, by its number of steps; its seed is the first, the following numbers are the
    /// others.</param>
    /// <param name="listed">What the model has without the proposal.</param>
    /// <param name="proposed">What is proposed.</param>
    /// <param name="heldOut">What accuracy is measured on.</param>
    /// <param name="seeds">Pairs of runs, 2 at least, or there is no interval.</param>
    /// <param name="threads">Threads to train with; they change no bit.</param>
    /// <param name="start">What both sides start from; null for parameters drawn from each seed.</param>
    /// <param name="partitions">Parts that the examples are dealt into; each is trained on by itself, and the results are averaged.</param>
    /// <param name="stop">Cancels between steps.</param>
    public static AccuracyGain Measure(
        TrainingPlan plan, ExampleSet listed, ExampleSet proposed, ExampleSet heldOut, int seeds = 5, int threads = 1,
        Checkpoint? start = null, int partitions = 1,
        CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, GainInterval.MinPairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        var (parts, proposedParts) = (Parts(listed, partitions, shard: 0), Parts(proposed, partitions, shard: 1));
        var pairs = new (Accuracy Without, Accuracy With)[seeds];
        for (var i = 0; i < seeds; i++)
        {
            var seeded = plan.WithSeed(unchecked(plan.Seed + (ulong)i));
            var begin = start ?? TrainingRun.FreshParameters(plan.Architecture, seeded.Seed);
            pairs[i] = (Side((part, seed) => Control.Fill(parts[part], listed, proposedParts[part].Count, seed)),
                Side((part, _) => ExampleSet.Concat([parts[part], proposedParts[part]])));

            Accuracy Side(Func<int, ulong, ExampleSet> examples)
            {
                var ends = new (Checkpoint, long)[partitions];
                for (var part = 0; part < partitions; part++)
                {
                    // Each part has an order of its own, as tasks have.
                    var own = seeded.WithSeed(unchecked(seeded.Seed + ((ulong)part << 32)));
                    var set = examples(part, own.Seed);
                    ends[part] = (Train(own, set, threads, begin, stop), set.Count);
                }

                var model = partitions == 1 ? ends[0].Item1 : FedAvg.Of(ends);
                return Evaluation.Measure(plan.Architecture, model, heldOut, threads);
            }
        }

        var gain = GainInterval.Of([.. pairs.Select(pair => pair.Without.Value)], [.. pairs.Select(pair => pair.With.Value)]);
        return new AccuracyGain(pairs.Average(pair => pair.Without.Value), pairs.Average(pair => pair.With.Value), gain, pairs);
    }

    /// <summary>Parts as jobs have them: slices of an order that is drawn for each shard.</summary>
    private static ExampleSet[] Parts(ExampleSet set, int partitions, int shard)
    {
        if (partitions == 1) return [set];
        var order = SeededOrder.Of(set.Count, OrderSeed, shard);
        int First(int part) => (int)((long)set.Count * part / partitions);
        return [.. Enumerable.Range(0, partitions).Select(part => set.Select(order.AsSpan(First(part), First(part + 1) - First(part))))];
    }

    private static Checkpoint Train(TrainingPlan plan, ExampleSet examples, int threads, Checkpoint start, CancellationToken stop)
    {
        using var run = new TrainingRun(plan, examples, start, threads);
        run.Finish(stop: stop);
        return run.Parameters();
    }
}
