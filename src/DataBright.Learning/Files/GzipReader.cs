using System.IO.Compression;

namespace DataBright.Learning.Files;

/// <summary>
/// What gzip packed (RFC 1952, one member after the other), refused where it is cut, damaged or followed by something else. The platform's
/// stream takes the end of a file for the end of what is packed, wherever that comes; so a small member of known content is read after the
/// file's. It is only found where the file's last member is whole.
/// </summary>
internal sealed class GzipReader : Stream
{
    private static readonly byte[] Mark = [.. "end of the packed file"u8];
    private readonly ChainedStream _packed;
    private readonly GZipStream _unpacked;
    private readonly string _document;
    private readonly int _last;
    private bool _isDone;

    /// <param name="parts">The packed file, in pieces.</param>
    /// <param name="document">What errors call it.</param>
    public GzipReader(Stream[] parts, string document)
    {
        _packed = new ChainedStream([.. parts, new MemoryStream(Packed(Mark))]);
        _unpacked = new GZipStream(_packed, CompressionMode.Decompress);
        (_document, _last) = (document, parts.Length);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private bool IsPastFile => _packed.Part == _last;

    public override int Read(Span<byte> buffer)
    {
        if (_isDone || buffer.IsEmpty) return 0;
        try
        {
            var read = _unpacked.Read(buffer);
            if (!IsPastFile) return read > 0
                ? read : throw new MalformedInputException(_document, "something follows what is packed with gzip: fetch the file again");
            _isDone = IsMark(buffer[..read]);
            return _isDone ? 0 : throw EndsTooEarly(null);
        }
        catch (InvalidDataException fault)
        {
            throw IsPastFile ? EndsTooEarly(fault) : new MalformedInputException(_document,
                "the packed file is damaged: its checksum, or what it packs, is another than was written; fetch it again", fault);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _unpacked.Dispose();
        base.Dispose(disposing);
    }

    private MalformedInputException EndsTooEarly(Exception? fault) =>
        new(_document, "the packed file ends too early: fetch it again", fault);

    /// <summary>Whether what is read from the end of the file on is the known member's content and nothing else.</summary>
    private bool IsMark(ReadOnlySpan<byte> begun)
    {
        var rest = new byte[Mark.Length + 1];
        return begun.Length <= Mark.Length && Mark.AsSpan().StartsWith(begun)
            && _unpacked.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) == Mark.Length - begun.Length
            && Mark.AsSpan(begun.Length).SequenceEqual(rest.AsSpan(0, Mark.Length - begun.Length));
    }

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(content);
        return packed.ToArray();
    }
}
