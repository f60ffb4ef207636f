using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DataBright.Storage;

/// <summary>A file that is either there in full or not at all, whatever happens while it is written.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside the target, forces the bytes to the disk, and only then gives the file its name.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = TemporaryBeside(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            using (var file = Create(temporary))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            Publish(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    internal static string TemporaryBeside(string folder) =>
        Path.Combine(folder, $"{RandomNumberGenerator.GetHexString(16, lowercase: true)}.part");

    internal static FileStream Create(string path) =>
        new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);

    /// <summary>Gives a finished file its name. The folder is forced to the disk too, or a power cut could take the name back.</summary>
    /// <exception cref="IOException">There is a folder of that name.</exception>
    public static void Publish(string temporary, string path)
    {
        if (Directory.Exists(path)) throw new IOException($"{path} is a folder; a file is expected.");
        File.Move(temporary, path, overwrite: true);
        if (!OperatingSystem.IsWindows()) FlushFolder(Path.GetDirectoryName(path)!);
    }

    private static void FlushFolder(string folder)
    {
        int handle = OpenFolder(folder, flags: 0);
        if (handle < 0) return; // Some file systems cannot open folders; they flush names with the file.
        _ = Flush(handle);
        _ = Close(handle);
    }

#pragma warning disable SYSLIB1054, CA2101 // Generated interop would need unsafe code in the whole project for three calls.
    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFolder([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(int handle);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
#pragma warning restore SYSLIB1054, CA2101
}
