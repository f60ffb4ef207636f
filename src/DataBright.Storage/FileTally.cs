using System.Security.Cryptography;

namespace DataBright.Storage;

/// <summary>The CID of a file that arrives piece by piece: what has come is hashed once, while it passes.</summary>
public sealed class FileTally : IDisposable
{
    private readonly List<Digest> _leaves = [];
    private readonly IncrementalHash _tail = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _inTail;

    /// <summary>Bytes so far.</summary>
    public long Length => (long)_leaves.Count * FileDag.ChunkSize + _inTail;

    public void Append(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            int size = Math.Min(content.Length, FileDag.ChunkSize - _inTail);
            _tail.AppendData(content[..size]);
            content = content[size..];
            if ((_inTail += size) == FileDag.ChunkSize) CloseChunk();
        }
    }

    /// <summary>
    /// Goes back, or catches up, to the first <paramref name="length"/> bytes of a file. Only what is not hashed yet is read.
    /// </summary>
    /// <exception cref="EndOfStreamException">The file is shorter.</exception>
    public async Task ReturnToAsync(Stream file, long length, CancellationToken stop)
    {
        if (length == Length) return;
        int kept = (int)Math.Min(_leaves.Count, length / FileDag.ChunkSize);
        _leaves.RemoveRange(kept, _leaves.Count - kept);
        _ = _tail.GetHashAndReset();
        _inTail = 0;

        file.Position = Length;
        var buffer = new byte[FileDag.ChunkSize];
        while (Length < length)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - Length));
            await file.ReadExactlyAsync(part, stop);
            Append(part.Span);
        }
    }

    /// <summary>The file as it is now, with what a store needs in order not to hash it again.</summary>
    public FileTallied Total()
    {
        Span<byte> open = stackalloc byte[Hash32.Size];
        _tail.GetCurrentHash(open);
        IReadOnlyList<Digest> leaves = _inTail > 0 || _leaves.Count == 0 ? [.. _leaves, new Digest(open)] : [.. _leaves];
        return new FileTallied(leaves, Length);
    }

    public void Dispose() => _tail.Dispose();

    private void CloseChunk()
    {
        Span<byte> leaf = stackalloc byte[Hash32.Size];
        _tail.GetHashAndReset(leaf);
        _leaves.Add(new Digest(leaf));
        _inTail = 0;
    }
}

/// <summary>A file whose chunks were hashed.</summary>
/// <param name="Leaves">The hash of each chunk.</param>
/// <param name="Length">Bytes.</param>
public sealed record FileTallied(IReadOnlyList<Digest> Leaves, long Length)
{
    public Cid Cid { get; } = FileDag.RootOf(Leaves, Length);
}
