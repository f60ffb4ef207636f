namespace DataBright.Learning.Files;

/// <summary>One stream after the other; a single reading never reaches from one into the next.</summary>
internal sealed class ChainedStream(params Stream[] parts) : Stream
{
    /// <summary>The stream that was read from last.</summary>
    public int Part { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            var read = parts[Part].Read(buffer);
            if (read > 0 || Part == parts.Length - 1) return read;
            Part++;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
