namespace DataBright.Cli.Access;

/// <summary>A stream of events of which none is longer than so many bytes; an empty line ends one.</summary>
/// <param name="events">The stream, which stays the caller's.</param>
/// <param name="most">Bytes of one event.</param>
/// <param name="tooLong">What is thrown where one is longer.</param>
internal sealed class EventBound(Stream events, int most, Func<Exception> tooLong) : Stream
{
    private int _length;
    private bool _isLineEmpty;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await events.ReadAsync(buffer, cancellationToken);
        Count(buffer.Span[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Events are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Count(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            if (one == '\n' && _isLineEmpty) _length = 0;
            else if (++_length > most) throw tooLong();
            if (one != '\r') _isLineEmpty = one == '\n';
        }
    }
}
