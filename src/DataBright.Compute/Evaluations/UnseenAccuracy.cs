using System.Collections.Concurrent;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// The accuracy of parameters on what their training did not see: on the held-out points that are no copies, exact or near, of what they
/// were trained on, nor of each other. Comparing takes up to a minute, and anybody may ask: what was found is remembered.
/// </summary>
internal sealed class UnseenAccuracy(IShardSource shards)
{
    /// <summary>As many pairs as an offer may have; of larger sets a part is measured.</summary>
    private const long MaxPairs = 2_000_000_000;

    private const int MaxRemembered = 256;

    private readonly ConcurrentDictionary<(Digest Checkpoint, Digest Plan), Accuracy?> _known = [];

    /// <summary>Null where less than half of the held-out points is left to measure on.</summary>
    /// <param name="plan">What was trained last.</param>
    /// <param name="trained">All that the parameters, and what they began with, were trained on.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="AttestationRefusedException">The points cannot be read.</exception>
    public async Task<Accuracy?> MeasureAsync(JobPlan plan, IReadOnlyCollection<ShardReference> trained, Checkpoint parameters,
        CancellationToken stop)
    {
        var subject = (parameters.Hash, plan.Digest);
        if (_known.TryGetValue(subject, out var found)) return found;
        try
        {
            var known = new List<Shard>();
            foreach (var shard in trained) known.Add(await shards.ReadAsync(plan.Dataset, shard, stop));
            var heldOut = await shards.ReadHeldOutAsync(plan.Dataset, plan.HeldOut, stop);
            found = await Task.Run(() => Measure(plan, known, heldOut, parameters, stop), stop);
        }
        catch (DataBrightException fault) when (fault is ShardUnreadableException or OfferTooLargeException)
        {
            throw new AttestationRefusedException($"Whether the training saw the held-out set cannot be seen: {fault.Message}");
        }

        if (_known.Count >= MaxRemembered) _known.Clear();
        return _known[subject] = found;
    }

    private static Accuracy? Measure(JobPlan plan, List<Shard> known, Shard heldOut, Checkpoint parameters, CancellationToken stop)
    {
        heldOut = Comparable(heldOut, known.Sum(shard => (long)shard.Count));
        var copies = OfferedCopies.Of(known, heldOut, stop);
        if (2 * copies.Count > heldOut.Count) return null;
        var rest = copies.Count == 0 ? heldOut : heldOut.Select([.. Enumerable.Range(0, heldOut.Count).Except(copies)]);
        return Evaluation.Measure(plan.Architecture, parameters, Points.Examples.From(rest, plan.Architecture), threads: 1);
    }

    /// <summary>
    /// All points, or as many as can be compared with so many others, drawn with seed 1 so that every referee draws the same.
    /// </summary>
    internal static Shard Comparable(Shard heldOut, long others)
    {
        var most = (int)Math.Clamp(MaxPairs / (2 * others + 1), 1, OfferedCopies.MaxCompared / 4);
        return heldOut.Count <= most ? heldOut : heldOut.Select([.. SeededOrder.Of(heldOut.Count, seed: 1, shard: 0).Take(most).Order()]);
    }
}
