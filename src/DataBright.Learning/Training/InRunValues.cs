using DataBright.Learning.Engine;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Training;

/// <summary>
/// What learns the value of each example while a run trains. The run asks for it around each step and trains the same to the bit.
/// </summary>
public abstract class InRunValues
{
    private protected InRunValues()
    {
    }

    /// <summary>Examples looked at together besides the batch.</summary>
    public abstract int BatchSize { get; }

    /// <summary>Where a network writes the inner products of a batch.</summary>
    internal abstract double[] Influences { get; }

    /// <summary>Starts with a run, or goes on with a resumed one.</summary>
    internal abstract void Begin(TrainingPlan plan, ExampleSet examples, long step);

    /// <summary>Points the network where the step that is about to be done will be measured.</summary>
    internal abstract void Aim(Network network, long step);

    /// <summary>Adds what the step's inner products are worth.</summary>
    internal abstract void Credit(ReadOnlySpan<int> batch, in StepRule rule);
}
