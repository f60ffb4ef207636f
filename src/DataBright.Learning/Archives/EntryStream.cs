namespace DataBright.Learning.Archives;

/// <summary>
/// What a file of an archive unpacks to, held against what the archive says of it: as long, with its checksum where there is one, and
/// within the limits.
/// Whatever a library throws on the way says one thing here: that the archive is cut or damaged.
/// </summary>
internal sealed class EntryStream(Stream content, string document, long length, long packed, uint? checksum, ArchiveLimits limits)
    : ReadOnlyStream
{
    private readonly Crc32 _crc = new();
    private long _read;
    private bool _isDone;

    public override int Read(Span<byte> buffer)
    {
        if (_isDone || buffer.IsEmpty) return 0;
        var read = Unpack(buffer);
        _read += read;
        if (_read > length)
            throw new MalformedInputException(document, $"more than the {length} bytes that the archive announces: it is damaged");
        if (_read > limits.RatioFrom && _read / limits.Ratio > packed)
            throw new MalformedInputException(document, $"packed more than {limits.Ratio} times smaller than it is; unpack it first");
        if (checksum is not null) _crc.Add(buffer[..read]);
        if (read == 0) Finish();
        return read;
    }

    /// <summary>Reads what nobody has read, so that all of it is seen to be there.</summary>
    public void Drain()
    {
        var block = new byte[1 << 14];
        while (Read(block) > 0)
        {
        }
    }

    private int Unpack(Span<byte> buffer)
    {
        try
        {
            return content.Read(buffer);
        }
        catch (Exception fault) when (ArchiveFaults.IsOfLibrary(fault))
        {
            throw ArchiveFaults.Damaged(document, fault, checksum is null ? "tar" : "ZIP");
        }
    }

    private void Finish()
    {
        _isDone = true;
        if (_read < length)
            throw new MalformedInputException(document,
                $"the archive ends too early, {length - _read} bytes before the end of this file: fetch it again");
        if (checksum is { } said && said != _crc.Value)
            throw new MalformedInputException(document, "its checksum is another than was written: the archive is damaged, fetch it again");
    }
}
