using System.Globalization;
using System.Security.Cryptography;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Tasks;
using DataBright.Storage;

namespace DataBright.Compute.Workers;

/// <summary>
/// The trace of one lease on disk: a hash per step, a state now and then, the order it is for, and the salt of its commitment.
/// </summary>
public sealed class TraceLog(string folder)
{
    private const string StatePrefix = "state-";

    public string Folder { get; } = folder;

    private string HashesPath => Path.Combine(Folder, "hashes");

    private string OrderPath => Path.Combine(Folder, "order.json");

    private string SaltPath => Path.Combine(Folder, "salt");

    /// <summary>The order that the trace is of; null when nothing is here.</summary>
    public TaskOrder? FindOrder() => File.Exists(OrderPath) ? CanonicalJson.Read<TaskOrder>(File.ReadAllBytes(OrderPath)) : null;

    public void KeepOrder(TaskOrder order) => WorkFolder.Write(OrderPath, CanonicalJson.Write(order));

    /// <summary>The hashes so far; leaf 0 is the state before the first step. A hash that was cut off by a crash is left out.</summary>
    public Digest[] Hashes()
    {
        if (!File.Exists(HashesPath)) return [];
        var bytes = File.ReadAllBytes(HashesPath);
        return [.. Enumerable.Range(0, bytes.Length / Hash32.Size)
            .Select(i => new Digest(bytes.AsSpan(i * Hash32.Size, Hash32.Size)))];
    }

    /// <summary>Opens the log for more hashes, after the first <paramref name="kept"/>.</summary>
    public FileStream Append(int kept)
    {
        Directory.CreateDirectory(Folder);
        var file = new FileStream(HashesPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.SetLength((long)kept * Hash32.Size);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    public void KeepState(int step, byte[] state) => WorkFolder.Write(StatePath(step), state);

    /// <summary>The latest state at or before a step that is whole and is what the trace says; null when there is none.</summary>
    public (int Step, byte[] State)? FindState(int atMost, JobPlan plan, TaskKey task, ReadOnlySpan<Digest> hashes)
    {
        if (!Directory.Exists(Folder)) return null;
        var steps = Directory.EnumerateFiles(Folder, StatePrefix + "*").Select(Path.GetFileName)
            .Select(name => int.TryParse(name.AsSpan(StatePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
                ? step : int.MaxValue)
            .Where(step => step <= atMost).OrderDescending().ToList();
        foreach (var step in steps)
            if (step < hashes.Length && ReadState(step, plan, task, hashes[step]) is { } state)
                return (step, state);
        return null;
    }

    /// <summary>
    /// What hides the commitment. It is the same whenever it is asked for, or a commitment could not be opened after a crash.
    /// </summary>
    public Hash32 Salt()
    {
        if (!File.Exists(SaltPath)) WorkFolder.Write(SaltPath, RandomNumberGenerator.GetBytes(Hash32.Size));
        return new Hash32(File.ReadAllBytes(SaltPath));
    }

    private byte[]? ReadState(int step, JobPlan plan, TaskKey task, Digest expected)
    {
        var bytes = File.ReadAllBytes(StatePath(step));
        try
        {
            return TaskStates.Read(plan, task, bytes).Hash == expected ? bytes : null;
        }
        catch (MalformedInputException)
        {
            return null;
        }
    }

    private string StatePath(int step) => Path.Combine(Folder, StatePrefix + step.ToString(CultureInfo.InvariantCulture));
}
