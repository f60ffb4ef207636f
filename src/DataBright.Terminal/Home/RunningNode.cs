using System.Diagnostics;
using System.Text.Json;
using DataBright.Storage;

namespace DataBright.Terminal.Home;

/// <summary>
/// A node that runs on a data folder, as it left word in <c>node.json</c>: so other commands find its chain by themselves.
/// </summary>
/// <param name="Address">Where it serves.</param>
/// <param name="Rpc">Its chain.</param>
/// <param name="Referee">The referee that its scheduler asks; null for a node without a scheduler.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Started">When that began.</param>
public sealed record RunningNode(Uri Address, Uri Rpc, Uri? Referee, int ProcessId, DateTime Started)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <returns>Null where no node runs: it says nothing any more, or it was killed before it could take its word back.</returns>
    public static RunningNode? Find(HomeFolder home) => Find(home.Node);

    /// <summary>A worker that serves predictions from the data folder; null where none does.</summary>
    public static RunningNode? FindServing(HomeFolder home) => Find(home.Serving);

    private static RunningNode? Find(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunningNode>(Utf8Text.WithoutMark(File.ReadAllBytes(path)), Format) is { } node
                && node.IsAlive() ? node : null;
        }
        catch (Exception unreadable) when (unreadable.IsOfFile() || unreadable.IsUnreadable())
        {
            return null;
        }
    }

    /// <summary>Leaves word until disposed.</summary>
    public static IDisposable Announce(HomeFolder home, Uri address, Uri rpc, Uri? referee) => Announce(home.Node, address, rpc, referee);

    /// <summary>Leaves word of a worker that serves predictions until disposed.</summary>
    public static IDisposable AnnounceServing(HomeFolder home, Uri address, Uri rpc) => Announce(home.Serving, address, rpc, referee: null);

    private static Word Announce(string path, Uri address, Uri rpc, Uri? referee)
    {
        using var self = Process.GetCurrentProcess();
        AtomicFile.Write(path,
            JsonSerializer.SerializeToUtf8Bytes(new RunningNode(address, rpc, referee, self.Id, self.StartTime.ToUniversalTime()), Format));
        return new Word(path);
    }

    /// <summary>A process id is used again sooner or later; one that started at the same second is the same process.</summary>
    private bool IsAlive()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return (process.StartTime.ToUniversalTime() - Started).Duration() < TimeSpan.FromSeconds(2);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private sealed class Word(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
