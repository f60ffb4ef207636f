using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;

namespace DataBright.Learning.Valuation;

/// <summary>Examples as a trained model sees them: what its last layer reads. Distances between those mean more than distances between pixels.</summary>
public static class LearnedFeatures
{
    /// <summary>The same examples, with the input of the last layer for features.</summary>
    /// <param name="architecture">A model whose layers before the last contain a dense one, followed by rectifiers at most.</param>
    /// <param name="checkpoint">Its parameters.</param>
    /// <param name="examples">What to look at; labels are kept.</param>
    /// <param name="threads">Threads to work with; they change no bit.</param>
    /// <exception cref="ArgumentException">The model has no such layer, or the examples do not fit it.</exception>
    /// <exception cref="MalformedInputException">The checkpoint is not one of that architecture.</exception>
    public static ExampleSet Of(Architecture architecture, Checkpoint checkpoint, ExampleSet examples, int threads = 1)
    {
        checkpoint.Require(architecture);
        var last = architecture.Layers.Count - 2;
        while (last >= 0 && architecture.Layers[last] is Relu) last--;
        if (last < 0 || architecture.Layers[last] is not Dense penultimate) throw new ArgumentException($"{architecture.Name} has no dense layer before its last.", nameof(architecture));

        var head = new Architecture(architecture.Name + ".features", architecture.Input, [.. architecture.Layers.Take(last + 1)]);
        var parameters = head.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var features = Evaluation.Outputs(head, new Checkpoint(checkpoint.Tensors.Where(tensor => parameters.Contains(tensor.Name))), examples, threads);
        if (last < architecture.Layers.Count - 2)
            for (var i = 0; i < features.Length; i++)
                if (features[i] <= 0)
                    features[i] = 0f;
        return new ExampleSet(new ExampleShape(penultimate.Units, 1, 1), features, examples.Labels);
    }
}
