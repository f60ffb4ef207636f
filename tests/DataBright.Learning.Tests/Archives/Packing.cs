using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using DataBright.Learning.Tests.Examples;

namespace DataBright.Learning.Tests.Archives;

/// <summary>
/// Packs files for the readers of archives: by the platform, with whatever names and kinds a test wants, or by programs of others.
/// </summary>
internal static class Packing
{
    /// <summary>Two classes of pictures of 4 × 3 in colours, under the names of their files.</summary>
    public static (string Path, byte[] Content)[] Pets(string top = "") =>
    [
        .. new[] { ("dog", 2), ("dog", 10), ("cat", 1), ("cat", 0), ("dog", 1) }
            .Select(pet => ($"{top}{pet.Item1}/{pet.Item2}.png",
                PngWriter.Write(4, 3, 2, 8, interlaced: false, isClear: false, (ulong)(pet.Item1[0] + pet.Item2)))),
    ];

    public static void Unpack((string Path, byte[] Content)[] files, string folder)
    {
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllBytes(Path.Combine(folder, path), content);
        }
    }

    public static byte[] Zip(params (string Path, byte[] Content)[] files)
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (path, content) in files)
                using (var entry = zip.CreateEntry(path).Open()) entry.Write(content);
        return packed.ToArray();
    }

    public static byte[] Tar(TarEntryFormat format, params (string Path, byte[] Content)[] files) =>
        Tar(format,
            [.. files.Select(file => Entry(format, file.Path.EndsWith('/') ? TarEntryType.Directory : Regular(format), file.Path,
                file.Content))]);

    public static byte[] Tar(TarEntryFormat format, params TarEntry[] entries)
    {
        var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, format, leaveOpen: true))
            foreach (var entry in entries) tar.WriteEntry(entry);
        return packed.ToArray();
    }

    public static TarEntry Entry(TarEntryFormat format, TarEntryType type, string path, byte[]? content = null)
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(type, path),
            TarEntryFormat.Ustar => new UstarTarEntry(type, path),
            TarEntryFormat.Gnu => new GnuTarEntry(type, path),
            _ => new PaxTarEntry(type, path),
        };
        if (content is { Length: > 0 } && type is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            entry.DataStream = new MemoryStream(content!);
        return entry;
    }

    public static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return packed.ToArray();
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Runs a program in a folder, or skips the test where this machine does not have it.</summary>
    public static void Run(string folder, string program, params string[] arguments)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);
        Assert.SkipUnless(found is not null, $"This machine has no {program}.");
        using var process =
            Process.Start(new ProcessStartInfo(found!, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, program);
    }

    private static TarEntryType Regular(TarEntryFormat format) =>
        format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile;
}
