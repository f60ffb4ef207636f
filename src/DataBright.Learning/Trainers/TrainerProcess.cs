using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Trainers;

/// <summary>
/// Training by any other framework, in a process of its own:
/// <c>command --params in.safetensors --data DIR --config c.json --out out.safetensors</c>. The data are those of
/// <see cref="TrainerData"/>; the configuration is <c>{"format":"databright.trainer-task/1","plan":…}</c> with a training plan.
/// Standard output is progress, a JSON object a line; standard error is for people; the exit code is 0. What it leaves in
/// <c>out</c> is a checkpoint of the plan's architecture with finite values. Results are not equal to the bit to anybody's, so
/// nobody can referee them. Whatever goes wrong, the process and its children are gone when the call returns.
/// </summary>
public sealed class TrainerProcess(TrainerCommand command, TrainerLimits limits, TimeProvider clock)
{
    private const string Format = "databright.trainer-task/1";
    private const int Complaint = 2000;

    /// <summary>Trains from <paramref name="start"/> as the plan says.</summary>
    /// <param name="plan">What to do; the trainer decides how its framework does it.</param>
    /// <param name="examples">What to learn from.</param>
    /// <param name="start">Starting parameters.</param>
    /// <param name="progress">Hears every line; may be null.</param>
    /// <param name="stop">Kills the process.</param>
    /// <exception cref="TrainerFailedException">The trainer did not keep the protocol.</exception>
    /// <exception cref="MalformedInputException">The starting parameters are not of the plan's architecture.</exception>
    /// <exception cref="ArgumentException">The examples do not fit the architecture.</exception>
    public async Task<Checkpoint> TrainAsync(TrainingPlan plan, ExampleSet examples, Checkpoint start, IProgress<TrainerProgress>? progress,
        CancellationToken stop)
    {
        start.Require(plan.Architecture, "starting checkpoint");
        examples.Require(plan.Architecture);
        var folder = Directory.CreateTempSubdirectory("databright-trainer-").FullName;
        try
        {
            var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
            var (input, config, output) = (Path.Combine(folder, "in.safetensors"), Path.Combine(folder, "config.json"),
                Path.Combine(folder, "out.safetensors"));
            await start.SaveAsync(input, stop);
            await TrainerData.WriteAsync(examples, data, stop);
            await File.WriteAllTextAsync(config, Configuration(plan), stop);
            await RunAsync(folder, ["--params", input, "--data", data, "--config", config, "--out", output], progress, stop);
            return await ReadAsync(plan, output, stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Configuration(TrainingPlan plan)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WritePropertyName("plan");
            json.WriteRawValue(plan.ToJson());
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private async Task RunAsync(string folder, string[] arguments, IProgress<TrainerProgress>? progress, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(limits.Time, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        using var process = Start(folder, arguments);
        try
        {
            process.StandardInput.Close();
            var complaint = ComplaintAsync(process.StandardError.BaseStream, end.Token);
            await new ProgressLines(command.Program, limits, progress).ReadAsync(process.StandardOutput.BaseStream, end.Token);
            await process.WaitForExitAsync(end.Token);
            var said = await complaint;
            if (process.ExitCode != 0)
                throw Failed($"it ended with exit code {process.ExitCode}{(said.Length > 0 ? $" and said: {said}" : "")}");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw Failed($"it was not done after {limits.Time.TotalSeconds:0.###} seconds");
        }
        finally
        {
            await EndAsync(process);
        }
    }

    private Process Start(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments.Concat(arguments))
        {
            WorkingDirectory = command.Folder ?? folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new TrainerFailedException(command.Program, $"it cannot be started ({fault.Message})", fault);
        }
    }

    /// <summary>A process that holds the files of another would keep the folder: all of them go.</summary>
    private static async Task EndAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It had ended already.
        }

        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>The end of what it wrote on standard error.</summary>
    private static async Task<string> ComplaintAsync(Stream error, CancellationToken stop)
    {
        var kept = new List<byte>();
        var buffer = new byte[4096];
        while (await error.ReadAsync(buffer, stop) is > 0 and var read)
        {
            kept.AddRange(buffer.AsSpan(0, read));
            if (kept.Count > 2 * Complaint) kept.RemoveRange(0, kept.Count - Complaint);
        }

        return Encoding.UTF8.GetString([.. kept.TakeLast(Complaint)]).Trim();
    }

    private async Task<Checkpoint> ReadAsync(TrainingPlan plan, string path, CancellationToken stop)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw Failed("it ended well and left no checkpoint at --out");
        var most = 4L * plan.Architecture.Parameters.Sum(parameter => (long)parameter.Count) + (1 << 20);
        if (file.Length > most) throw Failed($"its checkpoint has {file.Length} bytes; one of {plan.Architecture.Name} has at most {most}");
        try
        {
            var checkpoint = Checkpoint.Parse(await File.ReadAllBytesAsync(path, stop), "its checkpoint");
            checkpoint.Require(plan.Architecture, "its checkpoint");
            foreach (var tensor in checkpoint.Tensors)
                if (tensor.Values.Span.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is >= 0 and var place)
                    throw Failed($"value {place} of '{tensor.Name}' in its checkpoint is {tensor.Values.Span[place]}");
            return checkpoint;
        }
        catch (MalformedInputException fault)
        {
            throw new TrainerFailedException(command.Program, fault.Message, fault);
        }
    }

    private TrainerFailedException Failed(string problem) => new(command.Program, problem);
}
