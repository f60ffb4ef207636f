using System.Formats.Tar;

namespace DataBright.Learning.Archives;

/// <summary>
/// The files of a tar (POSIX.1-2024 pax, ustar, GNU, V7) in the order they lie in. A tar has no checksum of its files and no directory;
/// that it is whole is seen by its end, two blocks of zeros.
/// </summary>
internal static class TarEntries
{
    private const int Block = 512;

    /// <summary>Whether a file begins with the header of a tar, by its checksum: the oldest ones have no other mark.</summary>
    public static bool Is(ReadOnlySpan<byte> head)
    {
        if (head.Length < Block || head[0] == 0) return false;
        var (sum, said) = (8 * ' ', 0);
        for (var i = 0; i < Block; i++) sum += i is >= 148 and < 156 ? 0 : head[i];
        foreach (var digit in head[148..156]) if (digit is >= (byte)'0' and <= (byte)'7') said = 8 * said + digit - '0';
        return sum == said;
    }

    public static IEnumerable<ArchiveEntry> Of(Stream file, string document, ArchiveNames names, ArchiveLimits limits)
    {
        var whole = new BlockStream(file);
        using var tar = new TarReader(whole, leaveOpen: true);
        var total = 0L;
        while (ArchiveFaults.Guard(document, "tar", () => tar.GetNextEntry()) is { } entry)
        {
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
            RequireKind(entry, names);
            if (entry.Length > limits.EntryBytes) throw names.Malformed(entry.Name, $"it unpacks to more than {limits.EntryBytes} bytes");
            if ((total += entry.Length) > limits.TotalBytes)
                throw new MalformedInputException(document, $"it unpacks to more than {limits.TotalBytes} bytes");
            var path = names.Add(entry.Name, IsFolder(entry));
            using var content = new EntryStream(entry.DataStream ?? Stream.Null, $"{document}/{path ?? Excerpt.Of(entry.Name, 120)}",
                entry.Length, long.MaxValue, null, limits);
            if (path is not null) yield return new ArchiveEntry(path, content);
            content.Drain();
        }

        RequireEnd(whole, document);
    }

    private static bool IsFolder(TarEntry entry) =>
        entry.EntryType is TarEntryType.Directory or TarEntryType.DirectoryList || entry.Name.EndsWith('/');

    private static void RequireKind(TarEntry entry, ArchiveNames names)
    {
        var isSparse = entry is PaxTarEntry pax
            && pax.ExtendedAttributes.Keys.Any(key => key.StartsWith("GNU.sparse", StringComparison.Ordinal));
        var problem = entry.EntryType switch
        {
            TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile when !isSparse => null,
            TarEntryType.Directory or TarEntryType.DirectoryList => null,
            TarEntryType.SymbolicLink or TarEntryType.HardLink => "a link, not a file: pack it with --dereference --hard-dereference",
            TarEntryType.BlockDevice or TarEntryType.CharacterDevice or TarEntryType.Fifo => "a device, not a file",
            TarEntryType.SparseFile or TarEntryType.RegularFile or TarEntryType.ContiguousFile =>
                "a file with holes: pack it without --sparse",
            _ => "neither a file nor a folder",
        };
        if (problem is not null) throw names.Malformed(entry.Name, problem);
    }

    /// <summary>
    /// The reader ends where a file ends, or at a block of zeros; a whole tar has two of them, and nothing else after it.
    /// </summary>
    private static void RequireEnd(BlockStream whole, string document)
    {
        var (rest, zeros, block) = (0L, whole.EndsInZeros ? 1 : 0, new byte[1 << 14]);
        for (int read; (read = ArchiveFaults.Guard(document, "tar", () => whole.Read(block))) > 0; rest += read)
            if (block.AsSpan(0, read).ContainsAnyExcept((byte)0))
                throw new MalformedInputException(document, "something follows the end of the archive: fetch it again");
        if (zeros == 0 || rest < Block) throw new MalformedInputException(document, "the archive ends too early: fetch it again");
    }

    /// <summary>Remembers whether the last block was zeros.</summary>
    private sealed class BlockStream(Stream file) : ReadOnlyStream
    {
        private readonly byte[] _last = new byte[Block];
        private long _read;

        public bool EndsInZeros => _read >= Block && !_last.AsSpan().ContainsAnyExcept((byte)0);

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(buffer);
            Keep(buffer[..read]);
            return read;
        }

        private void Keep(ReadOnlySpan<byte> bytes)
        {
            _read += bytes.Length;
            if (bytes.Length > Block) bytes = bytes[^Block..];
            _last.AsSpan(bytes.Length).CopyTo(_last);
            bytes.CopyTo(_last.AsSpan(Block - bytes.Length));
        }
    }
}
