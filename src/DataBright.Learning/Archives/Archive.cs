using DataBright.Learning.Files;

namespace DataBright.Learning.Archives;

/// <summary>
/// A zip or a tar (packed with gzip or not), known by its first bytes and read as a stream: nothing is written to a disk. Refused are paths
/// that lead out of it, links, devices, a path twice, archives inside of it, encryption, and what is beyond <see cref="ArchiveLimits"/>.
/// Names that start with a dot and
/// <c>__MACOSX</c> are passed over.
/// </summary>
public sealed class Archive : IDisposable
{
    private readonly Stream _content;
    private readonly IDisposable[] _owned;
    private readonly string _document;
    private readonly ArchiveLimits _limits;
    private readonly ArchiveNames _names;
    private readonly bool _isZip;
    private bool _isRead;

    private Archive(Stream content, string document, ArchiveLimits limits, bool isZip, params IDisposable[] owned)
    {
        (_content, _document, _limits, _isZip, _owned) = (content, document, limits, isZip, owned);
        _names = new ArchiveNames(document, limits);
    }

    /// <summary>The folders it names or implies, once it was read; those that are passed over are not among them.</summary>
    public IEnumerable<string> Folders => _names.Folders.Where(folder => !folder.Split('/').Any(ArchiveNames.IsPassedOver));

    /// <summary>Opens an archive.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What it may ask for.</param>
    /// <returns>Null where the file is no archive.</returns>
    /// <exception cref="MalformedInputException">The file is missing, a folder, or may not be read.</exception>
    public static Archive? Find(string path, ArchiveLimits? limits = null)
    {
        var file = InputFile.Open(path);
        try
        {
            var archive = Of(file, path, limits ?? ArchiveLimits.Usual, owns: true);
            if (archive is null) file.Dispose();
            return archive;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file that is at its start is an archive; it is at its start again afterwards.</summary>
    public static bool IsOne(FileStream file)
    {
        using var archive = Of(file, file.Name, ArchiveLimits.Usual, owns: false);
        file.Position = 0;
        return archive is not null;
    }

    /// <summary>The content of the one file in an archive.</summary>
    /// <exception cref="MalformedInputException">There are several, it is longer, or the archive is cut, damaged or refused.</exception>
    public static byte[] ReadOnly(string path, int maxBytes) =>
        UnpackedFile.Read(path, [], content => InputFile.ReadAll(content, path, maxBytes), isAnyKind: true);

    /// <summary>Its files, in the order they lie in; to be gone through once. That it is whole is known at the end.</summary>
    /// <exception cref="MalformedInputException">It is cut, damaged or refused; the message says which file is to blame.</exception>
    public IEnumerable<ArchiveEntry> Entries()
    {
        if (_isRead) throw new InvalidOperationException("An archive is read once.");
        _isRead = true;
        return _isZip ? ZipEntries.Of(_content, _document, _names, _limits) : TarEntries.Of(_content, _document, _names, _limits);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in _owned) owned.Dispose();
    }

    /// <summary>Whether a file that begins so is a zip.</summary>
    internal static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK\x3\x4"u8) || head.StartsWith("PK\x5\x6"u8);

    /// <summary>The archive in a stream that is at its start; null where it is none, and then the stream is somewhere else.</summary>
    private static Archive? Of(FileStream file, string path, ArchiveLimits limits, bool owns)
    {
        IDisposable[] owned = owns ? [file] : [];
        var head = InputFile.Head(file);
        if (IsZip(head))
        {
            file.Position = 0;
            return new Archive(file, path, limits, isZip: true, owned);
        }

        if (TarEntries.Is(head)) return new Archive(Then(head, file), path, limits, isZip: false, owned);
        if (!InputFile.IsGzip(head)) return null;
        var unpacked = Unpacked(head, file, path, limits);
        var inner = InputFile.Head(unpacked);
        return TarEntries.Is(inner) ? new Archive(Then(inner, unpacked), path, limits, isZip: false, [unpacked, .. owned]) : null;
    }

    private static RatioStream Unpacked(byte[] head, FileStream file, string path, ArchiveLimits limits) =>
        new(new GzipReader([new MemoryStream(head), file], path), file, path, limits);

    private static ChainedStream Then(byte[] head, Stream rest) => new(new MemoryStream(head), rest);

    /// <summary>What gzip packed, until it is too much for what it was packed in.</summary>
    private sealed class RatioStream(Stream unpacked, FileStream packed, string document, ArchiveLimits limits) : ReadOnlyStream
    {
        private long _read;

        public override int Read(Span<byte> buffer)
        {
            var read = unpacked.Read(buffer);
            _read += read;
            if (_read > limits.RatioFrom && _read / limits.Ratio > packed.Position)
                throw new MalformedInputException(document, $"packed more than {limits.Ratio} times smaller than it is; unpack it first");
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) unpacked.Dispose();
            base.Dispose(disposing);
        }
    }
}
