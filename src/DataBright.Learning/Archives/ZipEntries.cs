using System.IO.Compression;
using System.Text;

namespace DataBright.Learning.Archives;

/// <summary>
/// The files of a zip (PKWARE APPNOTE), as its directory at the end names them. The platform's reader checks neither checksums nor lengths;
/// here both are.
/// </summary>
internal static class ZipEntries
{
    private const int Folder = 4, File = 8;

    public static IEnumerable<ArchiveEntry> Of(Stream file, string document, ArchiveNames names, ArchiveLimits limits)
    {
        using var directory = new DirectoryStream(file, document, limits.DirectoryBytes);
        using var zip = ArchiveFaults.Guard(document, "ZIP",
            () => new ZipArchive(directory, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8));
        var entries = ArchiveFaults.Guard(document, "ZIP", () => zip.Entries);
        directory.IsRead = true;
        if (entries.Count > limits.Entries)
            throw new MalformedInputException(document, $"more than {limits.Entries} files and folders; divide the archive");
        Require(entries, document, names, limits);
        foreach (var entry in entries)
        {
            if (names.Add(entry.FullName, IsFolder(entry)) is not { } path) continue;
            var place = $"{document}/{path}";
            using var packed = ArchiveFaults.Guard(place, "ZIP", () => Open(entry, place));
            using var content = new EntryStream(packed, place, entry.Length, Math.Max(1, entry.CompressedLength), entry.Crc32, limits);
            yield return new ArchiveEntry(path, content);
            content.Drain();
        }
    }

    /// <summary>What the directory says is seen before anything is unpacked.</summary>
    private static void Require(IReadOnlyCollection<ZipArchiveEntry> entries, string document, ArchiveNames names, ArchiveLimits limits)
    {
        var total = 0L;
        foreach (var entry in entries)
        {
            if (entry.IsEncrypted) throw new MalformedInputException(document, "encrypted: unpack it with its password first");
            var kind = (int)((uint)entry.ExternalAttributes >> 28);
            if (kind is not (0 or Folder or File)) throw names.Malformed(entry.FullName, "a link or a device, not a file");
            if (entry.Length < 0 || entry.Length > limits.EntryBytes)
                throw names.Malformed(entry.FullName, $"it unpacks to more than {limits.EntryBytes} bytes");
            if ((total += entry.Length) > limits.TotalBytes)
                throw new MalformedInputException(document, $"it unpacks to more than {limits.TotalBytes} bytes");
        }
    }

    private static bool IsFolder(ZipArchiveEntry entry) => entry.FullName.EndsWith('/');

    private static Stream Open(ZipArchiveEntry entry, string place)
    {
        try
        {
            return entry.Open();
        }
        catch (InvalidDataException fault) when (fault.Message.Contains("compression method", StringComparison.OrdinalIgnoreCase))
        {
            throw new MalformedInputException(place,
                "packed by a method that is not read here: pack the archive again with deflate, as zip does by itself", fault);
        }
    }

    /// <summary>The directory is held in memory whole, so there is a limit to what is read before it is known.</summary>
    private sealed class DirectoryStream(Stream file, string document, long most) : ReadOnlyStream
    {
        private long _read;

        public bool IsRead { get; set; }

        public override bool CanSeek => true;

        public override long Length => file.Length;

        public override long Position { get => file.Position; set => file.Position = value; }

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(buffer);
            if (!IsRead && (_read += read) > most)
                throw new MalformedInputException(document, $"a directory of more than {most} bytes; divide the archive");
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);
    }
}
