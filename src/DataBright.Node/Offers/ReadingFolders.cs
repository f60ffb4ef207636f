namespace DataBright.Node.Offers;

/// <summary>The folders that files are read in, one for each, and gone with it; a process that is killed leaves its own.</summary>
/// <param name="parent">Where they are.</param>
internal sealed class ReadingFolders(string parent)
{
    /// <summary>Reading takes a minute at most, so nobody reads in one that is as old.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromHours(1);

    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true };

    /// <summary>Those of this user: another's are another's to remove.</summary>
    private static string Prefix => $"databright-offer-{Environment.UserName}-";

    /// <summary>Among the system's temporary files.</summary>
    public static ReadingFolders Temporary => new(Path.GetTempPath());

    /// <summary>One that nobody else can look into.</summary>
    public DirectoryInfo Create()
    {
        var path = Path.Combine(parent, Prefix + Path.GetRandomFileName());
        return OperatingSystem.IsWindows() ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Removes those that a killed process left.</summary>
    public void RemoveOld(DateTimeOffset now)
    {
        foreach (var folder in new DirectoryInfo(parent).EnumerateDirectories(Prefix + "*", Readable))
            if (folder.LinkTarget is null && now - folder.LastWriteTimeUtc > Old)
                Remove(folder);
    }

    /// <summary>Removes a folder where that is possible: what went wrong in it says more than why it stays.</summary>
    public static void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // It lies among the system's temporary files, which the system clears.
        }
    }
}
