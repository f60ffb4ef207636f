using System.Buffers;

namespace DataBright.Storage;

/// <summary>Cuts a stream into the chunks of <see cref="FileDag"/> and hashes each.</summary>
internal static class ChunkHasher
{
    public static async Task<(IReadOnlyList<Digest> Leaves, long Length)> HashAsync(
        Stream content, Func<ReadOnlyMemory<byte>, ValueTask> onChunk, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FileDag.ChunkSize);
        try
        {
            var leaves = new List<Digest>();
            long length = 0;
            while (true)
            {
                int read = await content.ReadAtLeastAsync(buffer.AsMemory(0, FileDag.ChunkSize), FileDag.ChunkSize,
                    throwOnEndOfStream: false, stop);
                if (read == 0 && leaves.Count > 0) return (leaves, length);

                leaves.Add(Digest.Of(buffer.AsSpan(0, read)));
                length += read;
                await onChunk(buffer.AsMemory(0, read));
                if (read < FileDag.ChunkSize) return (leaves, length);
            }
        }
        finally
        {
            // Blobs can be plaintext data points: do not lend them to the next renter.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
