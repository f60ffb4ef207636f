using DataBright.Learning.Aggregation;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Valuation;

/// <summary>
/// A federated round as a game: what the model would score on the reference examples if only a coalition's updates had been averaged into
/// it.
/// No one trains again; a coalition costs one average and one measurement.
/// </summary>
public static class RoundUtility
{
    /// <summary>The game of a round.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="model">Its parameters before the round.</param>
    /// <param name="updates">What each participant would add to them, as <see cref="Updates.Flatten"/> orders parameters, with
    /// weights.</param>
    /// <param name="reference">Examples that nobody trained on.</param>
    /// <param name="threads">Threads to measure with; they change no bit.</param>
    /// <exception cref="ArgumentException">The updates are not of the architecture's size.</exception>
    public static Game Of(Architecture architecture, Checkpoint model, Updates updates, ExampleSet reference, int threads = 1)
    {
        var start = Updates.Flatten(architecture, model);
        if (updates.Length != start.Length)
            throw new ArgumentException($"{architecture.Name} has {start.Length} parameters, the updates {updates.Length} values.",
                nameof(updates));
        return new Game(updates.Count, coalition =>
        {
            if (coalition.Count == 0) return Evaluation.Measure(architecture, model, reference, threads).Value;
            var step = FedAvg.Of(updates.Select(coalition.Members)).Vector;
            for (var k = 0; k < step.Length; k++) step[k] += start[k];
            return Evaluation.Measure(architecture, Updates.Shape(architecture, step), reference, threads).Value;
        });
    }
}
