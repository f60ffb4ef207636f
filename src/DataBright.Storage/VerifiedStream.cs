using Microsoft.Win32.SafeHandles;

namespace DataBright.Storage;

/// <summary>Reads a stored file chunk by chunk; a byte is given out only after its chunk's hash has been checked.</summary>
internal sealed class VerifiedStream(Cid cid, string path, SafeFileHandle file, long length, IReadOnlyList<Digest> leaves) : Stream
{
    private readonly byte[] _chunk = new byte[Math.Min(length, FileDag.ChunkSize)];
    private long _held = -1;
    private long _position;

    /// <summary>SHA-256 of each chunk, proved against the file's address.</summary>
    public IReadOnlyList<Digest> Leaves => leaves;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _position >= length) return 0;
        long index = _position / FileDag.ChunkSize;
        if (index != _held)
        {
            var chunk = ChunkAt(index);
            int read = 0;
            while (read < chunk.Length)
            {
                int more = RandomAccess.Read(file, chunk.Span[read..], index * FileDag.ChunkSize + read);
                if (more == 0) break;
                read += more;
            }
            Check(index, chunk.Span[..read]);
        }
        return CopyTo(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position >= length) return 0;
        long index = _position / FileDag.ChunkSize;
        if (index != _held)
        {
            var chunk = ChunkAt(index);
            int read = 0;
            while (read < chunk.Length)
            {
                int more = await RandomAccess.ReadAsync(file, chunk[read..], index * FileDag.ChunkSize + read, cancellationToken);
                if (more == 0) break;
                read += more;
            }
            Check(index, chunk.Span[..read]);
        }
        return CopyTo(buffer.Span);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("A stored file does not change.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A stored file does not change.");

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }

    private Memory<byte> ChunkAt(long index)
    {
        _held = -1;
        return _chunk.AsMemory(0, (int)Math.Min(FileDag.ChunkSize, length - index * FileDag.ChunkSize));
    }

    private void Check(long index, ReadOnlySpan<byte> chunk)
    {
        if (Digest.Of(chunk) != leaves[(int)index])
            throw new BlobDamagedException(cid, path, $"the {chunk.Length} bytes at {index * FileDag.ChunkSize} have another hash");
        _held = index;
    }

    private int CopyTo(Span<byte> buffer)
    {
        int within = (int)(_position % FileDag.ChunkSize);
        long held = Math.Min(FileDag.ChunkSize, length - _held * FileDag.ChunkSize);
        int count = (int)Math.Min(buffer.Length, held - within);
        _chunk.AsSpan(within, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
