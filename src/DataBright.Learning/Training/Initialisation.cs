using DataBright.Learning.Arithmetic;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Training;

/// <summary>
/// Starting parameters from a seed: weights uniform in ±√(6 / fan-in) (K. He et al., "Delving deep into rectifiers", 2015), biases
/// and running means zero, scales and running variances one.
/// Value i of parameter p is drawn with step p and index i, so no order of evaluation can change it.
/// </summary>
internal static class Initialisation
{
    public static Checkpoint Draw(Architecture architecture, ulong seed) =>
        new(architecture.Parameters.Select((parameter, number) => new Tensor(parameter.Name, parameter.Dimensions,
            Draw(parameter, new Chance(seed, Purpose.Initialise, (ulong)number)))));

    private static float[] Draw(ParameterShape parameter, Chance chance)
    {
        var values = new float[parameter.Count];
        if (parameter.Start != ParameterStart.Drawn)
        {
            if (parameter.Start == ParameterStart.One) Array.Fill(values, 1f);
            return values;
        }

        var limit = MathF.Sqrt(6f / parameter.FanIn);
        for (var i = 0; i < values.Length; i++) values[i] = chance.Symmetric((ulong)i) * limit;
        return values;
    }
}
