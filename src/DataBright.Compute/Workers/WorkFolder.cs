using System.Globalization;
using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Workers;

/// <summary>
/// What a worker keeps on disk: envelopes as they came (encrypted), and for each lease its trace, so that it can go on after a crash and
/// answer for its result later. No data point is ever written in the clear.
/// </summary>
public sealed class WorkFolder(string path)
{
    public string Root { get; } = path;

    /// <summary>Jobs that something is kept for.</summary>
    public IReadOnlyList<JobId> Jobs() => !Directory.Exists(Root) ? [] :
        [.. Directory.EnumerateDirectories(Root).Select(Path.GetFileName)
            .Select(name => ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var job) ? new JobId(job) : default)
            .Where(job => job.Value > 0).OrderBy(job => job.Value)];

    /// <summary>The trace of a lease.</summary>
    public TraceLog Trace(LeaseId lease) => new(Path.Combine(JobPath(lease.Job), lease.Number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Forgets a lease.</summary>
    public void Drop(LeaseId lease) => Delete(Trace(lease).Folder);

    /// <summary>Forgets a job with everything that belongs to it.</summary>
    public void Drop(JobId job) => Delete(JobPath(job));

    /// <summary>A file as the scheduler served it, if it is here and undamaged.</summary>
    public byte[]? FindFile(JobId job, Cid cid)
    {
        var path = FilePath(job, cid);
        if (!File.Exists(path)) return null;
        var bytes = File.ReadAllBytes(path);
        return FileDag.RootOf(bytes) == cid ? bytes : null;
    }

    public void KeepFile(JobId job, Cid cid, byte[] content) => Write(FilePath(job, cid), content);

    /// <summary>Writes a file completely or not at all.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = path + ".partial";
        File.WriteAllBytes(partial, content);
        File.Move(partial, path, overwrite: true);
    }

    private string JobPath(JobId job) => Path.Combine(Root, job.Value.ToString(CultureInfo.InvariantCulture));

    private string FilePath(JobId job, Cid cid) => Path.Combine(JobPath(job), "files", cid.ToString());

    private static void Delete(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }
}
