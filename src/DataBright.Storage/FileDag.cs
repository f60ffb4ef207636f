namespace DataBright.Storage;

/// <summary>How a file is cut and hashed to get its CID: the tree that IPFS tools build for the same bytes.</summary>
/// <remarks>
/// The layout is the one of today's public importers: chunks of 256 KiB as raw leaves, a balanced tree of at most 174 links
/// per node, UnixFS version 1. A file of one chunk is its own raw block. So any IPFS client that is given our CIDs
/// can check our bytes, and the other way round.
/// </remarks>
public static class FileDag
{
    /// <summary>Bytes in each leaf but the last.</summary>
    public const int ChunkSize = 256 * 1024;

    /// <summary>The most links a node carries.</summary>
    public const int Width = 174;

    /// <summary>The CID of a file, from the hashes of its chunks in order.</summary>
    /// <param name="leaves">SHA-256 of each chunk; one for an empty file.</param>
    /// <param name="length">The file's length in bytes.</param>
    /// <param name="onNode">Told of every dag-pb node, children before parents.</param>
    public static Cid RootOf(IReadOnlyList<Digest> leaves, long length, Action<Cid, byte[]>? onNode = null)
    {
        if (leaves.Count != LeavesIn(length))
            throw new ArgumentException($"A file of {length} bytes has {LeavesIn(length)} chunks, not {leaves.Count}.", nameof(leaves));
        if (leaves.Count == 1) return Cid.Raw(leaves[0]);

        var level = new List<DagLink>(leaves.Count);
        for (int i = 0; i < leaves.Count; i++)
        {
            long size = Math.Min(ChunkSize, length - (long)i * ChunkSize);
            level.Add(new DagLink(Cid.Raw(leaves[i]), size, size));
        }
        do
        {
            level = [.. level.Chunk(Width).Select(links => Join(links, onNode))];
        }
        while (level.Count > 1);
        return level[0].Target;
    }

    /// <summary>The CID of bytes in memory.</summary>
    public static Cid RootOf(ReadOnlySpan<byte> content)
    {
        var leaves = new List<Digest>();
        int at = 0;
        do
        {
            int size = Math.Min(ChunkSize, content.Length - at);
            leaves.Add(Digest.Of(content.Slice(at, size)));
            at += size;
        }
        while (at < content.Length);
        return RootOf(leaves, content.Length);
    }

    /// <summary>How many chunks a file of this length has: at least one.</summary>
    public static long LeavesIn(long length) => Math.Max(1, (length + ChunkSize - 1) / ChunkSize);

    private static DagLink Join(DagLink[] links, Action<Cid, byte[]>? onNode)
    {
        var block = DagNode.Encode(links);
        var cid = Cid.DagPb(Digest.Of(block));
        onNode?.Invoke(cid, block);
        return new DagLink(cid, links.Sum(link => link.FileBytes), block.Length + links.Sum(link => link.DagBytes));
    }
}
