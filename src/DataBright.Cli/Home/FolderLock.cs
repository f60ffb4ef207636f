using System.Globalization;
using DataBright.Cli.Terminal;

namespace DataBright.Cli.Home;

/// <summary>
/// Keeps a second process out of a data folder. The operating system drops the lock with the process, so a crash leaves
/// nothing to clean up; the file's text only tells people who holds it.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "lock");
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            file.SetLength(0);
            using (var writer = new StreamWriter(file, leaveOpen: true))
                writer.Write(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            file.Flush();
            return new FolderLock(file);
        }
        catch (IOException)
        {
            throw new Failure(ExitCode.HomeUnusable, $"The data folder {folder} is in use{Holder(path)}; end that process or choose another folder with --home.");
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd() is { Length: > 0 } pid ? $" by process {pid}" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
