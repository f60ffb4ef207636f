using System.Diagnostics;
using DataBright.Learning.Benchmarks;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Tests.Training;

/// <summary>
/// Processes whose runtime does without some vector instructions, with 1, 2 and 3 threads, must end with the same checkpoints.
/// </summary>
public sealed class BitEqualityTests
{
    [Fact]
    public async Task Every_vector_width_and_number_of_threads_gives_the_same_checkpoint()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Fma.IsSupported, "The switches are those of x64 processors with AVX2.");
        var wide = System.Runtime.Intrinsics.X86.Avx512F.IsSupported;
        var hashes = new Dictionary<string, HashSet<string>>();
        var widths = new HashSet<int>();
        foreach (var (name, value, width) in BitCheck.Switches)
        {
            var result = await RunChild(name, value);
            result.Width.ShouldBe(width == 16 && !wide ? 8 : width, $"{name}={value}");
            bool[] accelerated = [result.Width >= 16, result.Width >= 8];
            result.Accelerated.Take(2).ShouldBe(accelerated, $"{name}={value}");
            widths.Add(result.Width);
            result.Hashes.Count.ShouldBe(Architectures.All.Count * 3);
            foreach (var (run, hash) in result.Hashes) (hashes.TryGetValue(run.Split('/')[0], out var set)
                ? set : hashes[run.Split('/')[0]] = []).Add(hash);
        }

        widths.Count.ShouldBe(wide ? 4 : 3);
        hashes.Count.ShouldBe(Architectures.All.Count);
        foreach (var (architecture, distinct) in hashes) distinct.Count.ShouldBe(1, architecture);
        hashes.Values.Select(set => set.Single()).Distinct().Count().ShouldBe(hashes.Count);
    }

    /// <summary>Hashes written down once: another machine, or a change of the arithmetic, must not come to others unnoticed.</summary>
    [Fact]
    public void The_checkpoints_are_those_of_every_other_machine()
    {
        var hashes = BitCheck.Measure().Hashes;
        hashes["softmax-regression/1"].ShouldBe("bb90f2d2c67c4fcb7ae1875299159c8ca243966266abd60262dfd3efeadb19c5");
        hashes["lenet-5/1"].ShouldBe("b843e755477c7b7bb1c5ee3e28f9fab5c45f7f23a9dce5360766be1f5b231419");
        hashes["cnn-32-64-128/1"].ShouldBe("c1056c7e51345eabf52a561f1e6407e0f02ad326a008619cc7f69b985b26f3c5");
        hashes["mlp-784-256-128-10/1"].ShouldBe("42b6539ab95f2254af46882407c4f2f82e7f7d30487a65cdd426f657fc93c8ba");
        hashes["resnet-20/1"].ShouldBe("1922184aefe0894a1d98fd2d57383921b91e2c443d2adc3871e629eb88f2807a");
        hashes["vgg-8/1"].ShouldBe("1b07000a26fe31d8ffd38b6406a8d8410adb2672a4b9d27a183b481d8440be1a");
        hashes["text-classifier/1"].ShouldBe("0d2df1a6e71f3bc3ee368932df15324dfebbc2895c31c956f42ad77105c311f4");
        hashes.Count.ShouldBe(3 * 7);
    }

    private static async Task<BitCheckResult> RunChild(string name, string value)
    {
        var program = ThisProgram.With("bit-check");
        var start = new ProcessStartInfo(program[0], program.Skip(1)) { RedirectStandardOutput = true };
        start.Environment[name] = value;
        using var child = Process.Start(start)!;
        var line = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        child.ExitCode.ShouldBe(0);
        return BitCheck.Read(line);
    }
}
