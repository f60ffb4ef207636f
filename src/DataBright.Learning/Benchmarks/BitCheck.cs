using System.Runtime.Intrinsics;
using System.Text.Json;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Benchmarks;

/// <summary>The vector width a process worked with and the checkpoint hashes it came to.</summary>
/// <param name="Width">Lanes of binary32: 16, 8, 4 or 1.</param>
/// <param name="Accelerated">Whether the runtime has vectors of 512, 256 and 128 bits.</param>
/// <param name="Hashes">The final checkpoint's hash by architecture and number of threads, as in <c>lenet-5/2</c>.</param>
public sealed record BitCheckResult(int Width, bool[] Accelerated, IReadOnlyDictionary<string, string> Hashes);

/// <summary>
/// A short training run of every named architecture, to be made in processes whose runtime is told to do without some
/// instructions. All of them must come to the same hashes.
/// </summary>
public static class BitCheck
{
    /// <summary>The switches of .NET 10 on x64, and the lanes that each leaves.</summary>
    public static IReadOnlyList<(string Name, string Value, int Width)> Switches { get; } =
    [
        ("DOTNET_EnableAVX512", "1", 16),
        ("DOTNET_EnableAVX512", "0", 8),
        ("DOTNET_PreferredVectorBitWidth", "128", 4),
        ("DOTNET_EnableAVX2", "0", 1),
        ("DOTNET_EnableHWIntrinsic", "0", 1),
    ];

    /// <summary>Threads that each architecture is trained with.</summary>
    public static IReadOnlyList<int> Threads { get; } = [1, 2, 3];

    /// <summary>
    /// Trains each named architecture for two epochs over 24 synthetic examples (two for convolutions and attention that cost more,
    /// one step over one for the largest) with 1, 2 and 3 threads: enough to reach every operation, little enough for the scalar.
    /// </summary>
    public static BitCheckResult Measure()
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var architecture in Architectures.All)
        {
            var count = architecture.ForwardOperations switch { > 50_000_000 => 1, > 4_000_000 => 2, _ => 24 };
            var examples = SyntheticExamples.Draw(architecture, count, seed: 1);
            foreach (var threads in Threads)
            {
                var plan = new TrainingPlan(architecture, new Optimiser(0.05f, 0.9f, 0.0005f), Math.Min(9, count),
                    epochs: count == 1 ? 1 : 2, seed: 7);
                using var run = new TrainingRun(plan, examples, start: null, threads);
                while (!run.IsComplete) run.Next();
                hashes[$"{architecture.Name}/{threads}"] = run.Parameters().Hash.ToString();
            }
        }

        return new BitCheckResult((int)VectorWidths.Widest,
            [Vector512.IsHardwareAccelerated, Vector256.IsHardwareAccelerated, Vector128.IsHardwareAccelerated], hashes);
    }

    /// <summary>Writes the result of <see cref="Measure"/> as one line of JSON: what a child process has to do.</summary>
    public static void Write(TextWriter output) => output.WriteLine(JsonSerializer.Serialize(Measure()));

    /// <summary>Reads the line that a child process wrote.</summary>
    /// <exception cref="MalformedInputException">The line is no such result.</exception>
    public static BitCheckResult Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<BitCheckResult>(line) ?? throw new MalformedInputException("bit check", "an empty result");
        }
        catch (JsonException fault)
        {
            throw new MalformedInputException("bit check", $"not a result: '{line}'", fault);
        }
    }
}
