using System.Diagnostics;
using DataBright.Storage.Tests.Sql;

namespace DataBright.Storage.Tests;

/// <summary>These tests as a program that stores one file after another until it is killed, and tells of each that was taken.</summary>
internal static class BlobProcess
{
    private const int MaxSize = 3 * FileDag.ChunkSize;

    /// <summary>What the child does.</summary>
    public static async Task<int> DoAsync(string folder, int seed)
    {
        var (store, random) = (new FolderBlobStore(folder), new Random(seed));
        while (true)
        {
            var content = new byte[random.Next(MaxSize)];
            random.NextBytes(content);
            var cid = await store.PutAsync(new MemoryStream(content), Retention.ForGood, CancellationToken.None);
            Console.WriteLine(cid);
        }
    }

    /// <summary>Starts a child, and kills it so long after it told of its first file.</summary>
    /// <returns>The files that it told of.</returns>
    public static async Task<IReadOnlyList<Cid>> KillAsync(string folder, int seed, TimeSpan after)
    {
        using var child = Process.Start(new ProcessStartInfo(LibraryProcess.Self[0],
            [.. LibraryProcess.Self.Skip(1), "blobs", folder, $"{seed}"]) { RedirectStandardOutput = true })!;
        var taken = new List<Cid> { Cid.Parse((await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!) };
        await Task.Delay(after, TestContext.Current.CancellationToken);
        child.Kill();
        while (await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (Cid.TryParse(line, out var cid)) taken.Add(cid);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        return taken;
    }
}
