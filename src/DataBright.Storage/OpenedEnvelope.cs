using System.Security.Cryptography;

namespace DataBright.Storage;

/// <summary>The content of an envelope, decrypted frame by frame while it is read.</summary>
internal sealed class OpenedEnvelope(Stream @sealed, AesGcm cipher) : Stream
{
    // A whole frame, its tag, and the first byte of the next one: without that byte we would not know whether the frame is the last.
    private readonly byte[] _encrypted = new byte[Envelope.FrameSize + Envelope.TagSize + 1];
    private readonly byte[] _plain = GC.AllocateArray<byte>(Envelope.FrameSize, pinned: true);
    private int _carried;
    private long _frame;
    private bool _ended;
    private int _at;
    private int _held;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length is known at the end only.");

    public override long Position
    {
        get => throw new NotSupportedException("An envelope is read from beginning to end.");
        set => throw new NotSupportedException("An envelope is read from beginning to end.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (_at == _held && !_ended)
        {
            int wanted = _encrypted.Length - _carried;
            int read = await @sealed.ReadAtLeastAsync(_encrypted.AsMemory(_carried, wanted), wanted, throwOnEndOfStream: false,
                cancellationToken);
            Decrypt(_carried + read);
        }
        return CopyTo(buffer.Span);
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (_at == _held && !_ended)
        {
            int wanted = _encrypted.Length - _carried;
            int read = @sealed.ReadAtLeast(_encrypted.AsSpan(_carried, wanted), wanted, throwOnEndOfStream: false);
            Decrypt(_carried + read);
        }
        return CopyTo(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        throw new NotSupportedException("An envelope is read from beginning to end.");

    public override void SetLength(long value) => throw new NotSupportedException("An envelope does not change.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("An envelope does not change.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            cipher.Dispose();
            @sealed.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Decrypt(int available)
    {
        bool last = available < _encrypted.Length;
        int size = (last ? available : available - 1) - Envelope.TagSize;
        if (size < 0) throw Damaged();

        Span<byte> nonce = stackalloc byte[12];
        Envelope.WriteNonce(nonce, _frame, last);
        try
        {
            cipher.Decrypt(nonce, _encrypted.AsSpan(0, size), _encrypted.AsSpan(size, Envelope.TagSize), _plain.AsSpan(0, size));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Damaged();
        }

        (_at, _held, _ended) = (0, size, last);
        _frame++;
        if (last) return;
        _encrypted[0] = _encrypted[^1];
        _carried = 1;
    }

    private CryptographicException Damaged() =>
        new($"The envelope is cut off or has been changed in frame {_frame} (from byte {_frame * Envelope.FrameSize} of the content).");

    private int CopyTo(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _held - _at);
        _plain.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }
}
