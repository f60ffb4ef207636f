using System.Diagnostics;
using DataBright.Learning.Checkpoints;

namespace DataBright.Learning.Tests.Trainers;

/// <summary>A trainer process that keeps the protocol, or breaks it in one way.</summary>
internal static class Misbehaviour
{
    public static int Do(string how, string[] arguments)
    {
        var (input, output) = (arguments[Array.IndexOf(arguments, "--params") + 1], arguments[Array.IndexOf(arguments, "--out") + 1]);
        var checkpoint = Checkpoint.Parse(File.ReadAllBytes(input));
        var step = """{"step":1,"steps":2,"loss":0.5}""";
        switch (how)
        {
            case "honest":
                Console.Write($$"""
                    {{step}}

                    {"step":2}
                    """);
                File.WriteAllBytes(output, Changed(checkpoint, value => value + 1).ToBytes());
                return 0;
            case "no-output":
                return 0;
            case "complain":
                Console.Error.WriteLine("out of wood");
                return 3;
            case "shapes":
                File.WriteAllBytes(output,
                    new Checkpoint(checkpoint.Tensors.Select(t => new Tensor(t.Name, [t.Values.Length], t.Values.ToArray()))).ToBytes());
                return 0;
            case "names":
                File.WriteAllBytes(output, new Checkpoint(checkpoint.Tensors.Skip(1)).ToBytes());
                return 0;
            case "nan":
                File.WriteAllBytes(output, Changed(checkpoint, _ => float.NaN).ToBytes());
                return 0;
            case "infinity":
                File.WriteAllBytes(output, Changed(checkpoint, _ => float.NegativeInfinity).ToBytes());
                return 0;
            case "truncate":
                File.WriteAllBytes(output, checkpoint.ToBytes()[..^4]);
                return 0;
            case "huge-file":
                using (var file = File.Create(output)) file.SetLength(1L << 31);
                return 0;
            case "garbage":
                Console.WriteLine("Epoch 1/10 \u001b[32mdone");
                Console.Out.Flush();
                Hang();
                return 0;
            case "not-a-number":
                Console.WriteLine("""{"step":1,"loss":NaN}""");
                return 0;
            case "backwards":
                Console.WriteLine("""{"step":3,"steps":2}""");
                return 0;
            case "flood":
                while (true) Console.WriteLine(step);
            case "endless-line":
                while (true) Console.Write("          ");
            case "parent":
                using (Process.Start(Environment.ProcessPath!,
                    [.. Environment.GetCommandLineArgs().Skip(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? 0 : 1)
                        .Select(word => word == "parent" ? "hang" : word)])) Hang();
                return 0;
            default:
                Console.WriteLine(step);
                Console.Out.Flush();
                Hang();
                return 0;
        }
    }

    private static void Hang() => Thread.Sleep(Timeout.Infinite);

    private static Checkpoint Changed(Checkpoint from, Func<float, float> change) =>
        new(from.Tensors.Select(t => new Tensor(t.Name, t.Shape,
            [.. t.Values.ToArray().Select((value, i) => i == 0 ? change(value) : value)])));
}
