namespace DataBright.Learning.Engine;

/// <summary>
/// Mean squared error. For each example: d = output − target, the chain of d² fused over the outputs, divided by their number;
/// gradient = d · (2 ÷ (examples · outputs)). The batch's loss is the sum in order of the examples, divided by their number.
/// </summary>
internal sealed unsafe class SquaredError
{
    private readonly Map _outputs;

    public SquaredError(Map outputs, int capacity)
    {
        _outputs = outputs;
        Targets = new float[(long)capacity * outputs.Shape.Channels];
    }

    /// <summary>The targets of the batch, to be filled in before <see cref="Run"/>.</summary>
    public float[] Targets { get; }

    public float Run(int count)
    {
        var size = _outputs.Shape.Channels;
        var share = 2f / ((float)count * size);
        var total = 0f;
        for (var example = 0; example < count; example++)
        {
            float* output = _outputs.Values(example), gradient = _outputs.Gradients(example);
            var sum = 0f;
            for (var i = 0; i < size; i++)
            {
                var distance = output[i] - Targets[example * size + i];
                sum = Arithmetic.Ieee.FusedMultiplyAdd(distance, distance, sum);
                gradient[i] = distance * share;
            }

            total += sum / size;
        }

        return total / count;
    }
}
