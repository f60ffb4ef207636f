using System.CommandLine;

namespace DataBright.Terminal.Processes;

/// <summary>
/// Ends a child with its parent, however the parent ends: the child's standard input is a pipe whose other end only the
/// parent holds, so the kernel closes it even after kill -9.
/// </summary>
public static class ParentWatch
{
    /// <summary>For processes that another one of this program starts; people do not need it.</summary>
    public static Option<bool> Option() => new("--end-with-parent") { Description = "End when standard input ends", Hidden = true };

    /// <returns>A source that is cancelled when standard input ends (if it is watched) or <paramref name="stop"/> is cancelled.</returns>
    public static CancellationTokenSource Begin(bool isWatched, CancellationToken stop)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (!isWatched)
            return source;
        var reader = new Thread(() => ReadToEnd(source)) { IsBackground = true, Name = "parent watch" };
        reader.Start();
        return source;
    }

    private static void ReadToEnd(CancellationTokenSource source)
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }

        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The child ended by itself first.
        }
    }
}
