using DataBright.Node.Offers;

namespace DataBright.Node.Tests.Offers;

/// <summary>What a killed process left of strangers' files goes when the next one starts, and nothing else does.</summary>
public sealed class ReadingFolderTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("databright-reading");

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public void Old_ones_go_and_those_in_use_or_of_others_stay()
    {
        var folders = new ReadingFolders(_parent.FullName);
        var now = DateTimeOffset.UnixEpoch.AddYears(60);
        DirectoryInfo left = folders.Create(), inUse = folders.Create();
        File.WriteAllText(Path.Combine(left.FullName, "t.csv"), "a,b");
        var another = _parent.CreateSubdirectory("databright-offer-somebody-else-x");
        var apart = _parent.CreateSubdirectory("something");
        foreach (var folder in (DirectoryInfo[])[left, another, apart]) folder.LastWriteTimeUtc = now.UtcDateTime.AddHours(-2);
        inUse.LastWriteTimeUtc = now.UtcDateTime.AddMinutes(-1);

        folders.RemoveOld(now);
        Directory.Exists(left.FullName).ShouldBeFalse();
        foreach (var folder in (DirectoryInfo[])[inUse, another, apart]) Directory.Exists(folder.FullName).ShouldBeTrue(folder.Name);
    }
}
