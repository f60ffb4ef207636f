using System.Globalization;

namespace DataBright.Terminal.Home;

/// <summary>
/// Keeps a second process away from something in a data folder. The operating system drops the lock with the process, so a crash
/// leaves nothing to clean up. A locked file cannot be read, so the holder's number stands in one beside it.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    private FolderLock(FileStream file, string path) => (_file, _path) = (file, path);

    /// <exception cref="Failure">Another process holds it, or it cannot be written.</exception>
    public static FolderLock Take(string path, string what)
    {
        try
        {
            return Open(path);
        }
        catch (IOException fault) when (!fault.IsDiskFull())
        {
            throw new Failure(ExitCode.HomeUnusable,
                $"{what} is in use{Holder(path)}; end that process or choose another folder with --home.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.HomeUnusable,
                $"{what} cannot be written; correct its permissions or choose another folder with --home.");
        }
    }

    /// <returns>Null where another process holds it.</returns>
    public static FolderLock? TryTake(string path)
    {
        try
        {
            return Open(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        File.Delete(HolderFile(_path));
        _file.Dispose();
    }

    private static FolderLock Open(string path)
    {
        // Anything but no sharing at all is a shared lock on Unix, which keeps nobody out.
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            File.WriteAllText(HolderFile(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException fault) when (fault.IsDiskFull())
        {
            // The number only helps people; the lock holds without it, and whatever is written next tells of the disk.
        }

        return new FolderLock(file, path);
    }

    private static string Holder(string path)
    {
        try
        {
            return File.ReadAllText(HolderFile(path)) is { Length: > 0 } pid ? $" by process {pid}" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string HolderFile(string path) => path + ".pid";
}
