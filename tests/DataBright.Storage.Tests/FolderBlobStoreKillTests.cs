namespace DataBright.Storage.Tests;

/// <summary>What a folder of files promises to whoever is killed while it takes one in.</summary>
public sealed class FolderBlobStoreKillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_taken_is_there_and_nothing_half_is_served()
    {
        var (random, taken) = (new Random(11), new List<Cid>());
        for (var seed = 1; seed <= 8; seed++)
            taken.AddRange(await BlobProcess.KillAsync(_folder["blobs"], seed, TimeSpan.FromMilliseconds(random.Next(60))));

        var store = new FolderBlobStore(_folder["blobs"]);
        taken.Count.ShouldBeGreaterThanOrEqualTo(8);
        foreach (var cid in taken) (await store.HasAsync(cid, Stop)).ShouldBeTrue();
        // A file is under its name when all of it is; reading checks each chunk against the name.
        var named = Directory.EnumerateFiles(_folder["blobs"], "b*", SearchOption.AllDirectories)
            .Select(Path.GetFileName).Where(name => !Path.HasExtension(name)).Select(name => Cid.Parse(name!)).ToList();
        named.Count.ShouldBeGreaterThanOrEqualTo(taken.Count);
        foreach (var cid in named) await store.ReadAsync(cid, int.MaxValue, Stop);
    }

    [Fact]
    public async Task What_a_killed_process_left_goes_after_a_day()
    {
        var unfinished = Directory.CreateDirectory(Path.Combine(_folder["blobs"], "unfinished")).FullName;
        var (old, fresh) = (Path.Combine(unfinished, "old.part"), Path.Combine(unfinished, "fresh.part"));
        foreach (var left in (string[])[old, fresh]) await File.WriteAllTextAsync(left, "half", Stop);
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromHours(24.1));
        File.SetLastWriteTimeUtc(fresh, TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromHours(23.9));

        await new FolderBlobStore(_folder["blobs"]).PutAsync(TestFiles.Stream(9), Stop);

        Directory.EnumerateFiles(unfinished).ShouldBe([fresh]);
    }
}
