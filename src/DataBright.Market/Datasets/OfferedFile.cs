using DataBright.Storage;

namespace DataBright.Market.Datasets;

/// <summary>What a proposal announces on the ledger.</summary>
/// <param name="Root">Of the points in their order.</param>
/// <param name="Count">Points.</param>
/// <param name="Schema">What each point of the dataset looks like.</param>
/// <param name="IsSealed">Whether the dataset's points are sealed; null where nobody says.</param>
public sealed record OfferedPoints(Hash32 Root, int Count, Digest Schema, bool? IsSealed = null);

/// <summary>Holds a file against what was announced of it. Votes are about the announcement, and whoever is paid, is paid by it.</summary>
public static class OfferedFile
{
    /// <summary>
    /// What is wrong with the file, as a sentence; null where it holds what was announced, or nobody can say: it is sealed as the dataset's
    /// points are, or too large to be read here.
    /// </summary>
    /// <param name="blobs">Where the file is.</param>
    /// <param name="cid">The file.</param>
    /// <param name="announced">What it should hold.</param>
    /// <param name="maxBytes">Bytes of features that are read at most.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="BlobException">The file is not here, or damaged.</exception>
    public static async Task<string?> ProblemAsync(IBlobStore blobs, Cid cid, OfferedPoints announced, long maxBytes,
        CancellationToken stop)
    {
        await using var file = await blobs.OpenAsync(cid, stop);
        if (await Envelope.IsOneAsync(file, stop))
            return announced.IsSealed == false
                ? "Its file is sealed, and anybody may read the points of this dataset: offer them as they are." : null;
        if (announced.IsSealed == true)
            return "Its file lies open, and the points of this dataset are sealed: offer them with 'proposal create', which seals them.";
        try
        {
            var head = await ShardFile.ReadHeadAsync(file, stop);
            if (head.Count != announced.Count) return $"Its file holds {Points(head.Count)}; {announced.Count} are announced.";
            if (head.Schema.Hash != announced.Schema)
                return $"The points of its file are {head.Schema}, which is not what the dataset takes.";
            if ((long)head.Count * head.Schema.FeatureBytes > Math.Min(maxBytes, Array.MaxLength)) return null;
            file.Position = 0;
            var shard = await ShardFile.ReadAsync(file, maxBytes, stop);
            return shard.Root == announced.Root
                ? null : $"Its file holds other points than are announced: their root is {shard.Root}, and {announced.Root} is announced.";
        }
        catch (FormatException damaged)
        {
            return $"Its file is no shard: {damaged.Message}";
        }
    }

    private static string Points(int count) => count == 1 ? "1 point" : $"{count} points";
}
