namespace DataBright.Storage;

/// <summary>
/// A stored file as the blocks that IPFS knows it by: its chunks, and above them the nodes that link them. Whoever is sent the blocks can
/// check each of them against its own address, and the first against the file's.
/// </summary>
public sealed class FileTree : IAsyncDisposable
{
    private readonly Stream _file;
    private readonly IReadOnlyList<Digest> _leaves;
    private readonly List<List<Block>> _levels = [];

    private FileTree(Cid root, Stream file, IReadOnlyList<Digest> leaves)
    {
        (Root, _file, _leaves) = (root.ToVersion1(), file, leaves);
        var nodes = new Queue<Block>();
        FileDag.RootOf(leaves, file.Length, (cid, bytes) => nodes.Enqueue(new Block(cid, bytes)));
        for (int left = leaves.Count; left > 1;)
        {
            left = (left + FileDag.Width - 1) / FileDag.Width;
            _levels.Add([.. Enumerable.Range(0, left).Select(_ => nodes.Dequeue())]);
        }
    }

    public Cid Root { get; }

    /// <exception cref="BlobMissingException">The store has no such file.</exception>
    /// <exception cref="BlobDamagedException">What is stored is not what the address says.</exception>
    public static async Task<FileTree> OpenAsync(IBlobStore blobs, Cid cid, CancellationToken stop)
    {
        var file = await blobs.OpenAsync(cid, stop);
        try
        {
            return new FileTree(cid, file, file is VerifiedStream verified ? verified.Leaves : await LeavesAsync(file, stop));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>The block whose hash is the file's address: the top node, or the whole of a file that is one chunk.</summary>
    public async Task<Block> RootBlockAsync(CancellationToken stop) => _levels.Count > 0 ? _levels[^1][0] : await LeafAsync(0, stop);

    /// <summary>All blocks, each node before what it links to and the chunks in their order: depth first.</summary>
    public IAsyncEnumerable<Block> BlocksAsync(CancellationToken stop) => BelowAsync(_levels.Count, 0, stop);

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async IAsyncEnumerable<Block> BelowAsync(int level, int place,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        if (level == 0)
        {
            yield return await LeafAsync(place, stop);
            yield break;
        }

        yield return _levels[level - 1][place];
        int below = level == 1 ? _leaves.Count : _levels[level - 2].Count;
        for (int child = place * FileDag.Width; child < Math.Min(below, (place + 1) * FileDag.Width); child++)
            await foreach (var block in BelowAsync(level - 1, child, stop)) yield return block;
    }

    private async Task<Block> LeafAsync(int number, CancellationToken stop)
    {
        long begin = (long)number * FileDag.ChunkSize;
        var bytes = new byte[Math.Min(FileDag.ChunkSize, _file.Length - begin)];
        _file.Position = begin;
        await _file.ReadExactlyAsync(bytes, stop);
        return new Block(Cid.Raw(_leaves[number]), bytes);
    }

    private static async Task<IReadOnlyList<Digest>> LeavesAsync(Stream file, CancellationToken stop)
    {
        file.Position = 0;
        return (await ChunkHasher.HashAsync(file, static _ => ValueTask.CompletedTask, stop)).Leaves;
    }

    /// <summary>Bytes under the address that they hash to.</summary>
    public readonly record struct Block(Cid Cid, ReadOnlyMemory<byte> Bytes);
}
