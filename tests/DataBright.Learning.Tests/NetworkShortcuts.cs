using DataBright.Learning.Examples;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests;

/// <summary>Steps as tests like to ask for them: with an optimiser, as one of a thousand steps of a run with seed 7.</summary>
internal static class NetworkShortcuts
{
    private const ulong Seed = 7;
    private const long Steps = 1000;

    public static float Train(this Network network, ExampleSet examples, ReadOnlySpan<int> batch, Optimiser optimiser, long step,
        double[]? influences = null) =>
        network.Train(examples, batch, optimiser.At(step, Steps), Seed, step, influences);

    public static float Train(this PlainNetwork twin, ExampleSet examples, ReadOnlySpan<int> batch, Optimiser optimiser, long step) =>
        twin.Train(examples, batch, optimiser.At(step, Steps), Seed, step);

    public static void Aim(this Network network, ExampleSet examples, ReadOnlySpan<int> batch, long step) =>
        network.Aim(examples, batch, Seed, step);
}
