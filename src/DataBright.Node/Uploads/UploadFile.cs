using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using DataBright.Storage;

namespace DataBright.Node.Uploads;

/// <summary>
/// The bytes of one upload on the disk, and how many of them are safe. A piece is forced to the disk before its offset is, and its offset
/// before the client is told: what was acknowledged is still there after the process, or the machine, is killed.
/// </summary>
internal sealed class UploadFile : IDisposable
{
    /// <summary>A long piece is made safe each time so much of it has come.</summary>
    private const long KeepEvery = 8L << 20;

    private readonly FileStream _content;
    private readonly string _mark;
    private readonly FileTally _tally = new();

    private UploadFile(FileStream content, string mark, long offset) => (_content, _mark, Offset) = (content, mark, offset);

    /// <summary>Bytes that are safe.</summary>
    public long Offset { get; private set; }

    /// <summary>Opens or begins the bytes of an upload.</summary>
    /// <param name="path">The bytes; the offset lies beside them.</param>
    public static UploadFile Open(string path)
    {
        var content = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0,
            FileOptions.Asynchronous);
        try
        {
            var mark = MarkOf(path);
            var kept = File.Exists(mark) ? File.ReadAllBytes(mark) : [];
            long offset = kept.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(kept) : 0;
            // What lies behind the mark was never acknowledged, and may be anything.
            if (offset < 0 || offset > content.Length) offset = 0;
            content.SetLength(offset);
            return new UploadFile(content, mark, offset);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>How many bytes were safe when this was last written to, without opening them.</summary>
    public static string MarkOf(string path) => path + ".offset";

    /// <summary>
    /// Appends a piece. Without a checksum as much of it stays as came, even where it breaks off; with one all of it or nothing.
    /// </summary>
    /// <param name="body">The piece.</param>
    /// <param name="most">Bytes up to which the file may grow.</param>
    /// <param name="checksum">What the piece must hash to.</param>
    /// <param name="stop">Cancels; what has come by then is kept.</param>
    /// <exception cref="UploadRefusedException">The piece is too long or has another checksum.</exception>
    public async Task AppendAsync(Stream body, long most, UploadChecksum? checksum, CancellationToken stop)
    {
        await _tally.ReturnToAsync(_content, Offset, stop);
        using var hash = checksum is null ? null : IncrementalHash.CreateHash(checksum.Algorithm);
        bool isGood = checksum is null;
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            _content.Position = Offset;
            int read;
            while ((read = await body.ReadAsync(buffer, stop)) > 0)
            {
                if (_tally.Length + read > most)
                    throw new UploadRefusedException(StatusCodes.Status413PayloadTooLarge,
                        $"The piece goes beyond the {most} bytes that were announced.");
                // A piece is written whole even if its sender has gone: half a write would be neither.
                await _content.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
                _tally.Append(buffer.AsSpan(0, read));
                hash?.AppendData(buffer, 0, read);
                if (isGood && _tally.Length - Offset >= KeepEvery) Keep();
            }
            if (hash is not null && !(isGood = hash.GetHashAndReset().AsSpan().SequenceEqual(checksum!.Value)))
                throw new UploadRefusedException(UploadRefusedException.ChecksumMismatch,
                    "The piece does not have the checksum that came with it; it was thrown away. Send it again.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            if (isGood) Keep();
        }
    }

    /// <summary>What the bytes so far are, hashed as they came.</summary>
    public async Task<FileTallied> TotalAsync(CancellationToken stop)
    {
        await _tally.ReturnToAsync(_content, Offset, stop);
        return _tally.Total();
    }

    public void Dispose()
    {
        _content.Dispose();
        _tally.Dispose();
    }

    private void Keep()
    {
        if (_tally.Length == Offset) return;
        _content.Flush(flushToDisk: true);
        Span<byte> mark = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(mark, _tally.Length);
        // Eight bytes lie in one sector: they are the old ones or the new ones.
        using (var file = new FileStream(_mark, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            file.Write(mark);
            file.Flush(flushToDisk: true);
        }
        Offset = _tally.Length;
    }
}
