using System.Buffers.Binary;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Node.Descriptions;
using DataBright.Storage;

namespace DataBright.Node.Proposals;

/// <summary>
/// The few points of a sealed shard that anybody may look at, on a node that can open it: as many as the dataset's terms say, drawn by the
/// block in which the shard was offered first. Whoever offered it did not know that block, so it could not choose what is seen; and whoever
/// offers it once more sees nothing else.
/// </summary>
internal sealed class SealedSamples(LedgerIndex index, DescriptionCache descriptions, EthereumClient client, TimeProvider clock,
    IShardSource? shards = null)
{
    /// <summary>Points that are looked at to draw from: whoever asks for a page pays nothing.</summary>
    private const int MaxPoints = 500_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Null where this node cannot open it, or nothing of it is shown.</summary>
    public async Task<Shard?> FindAsync(Cid file, SampledOffer offer)
    {
        if (offer.Points > MaxPoints) return null;
        if (shards is null || index.Datasets.Find(offer.Dataset) is not { } dataset) return null;
        if (await descriptions.FindMeasurementAsync(dataset.Measurement, CancellationToken.None) is not { Samples: > 0 and var most })
            return null;
        using var limit = new CancellationTokenSource(Timeout, clock);
        try
        {
            if (BlockOf(offer) is not { } offered || await client.BlockAsync((BlockTag)offered, limit.Token) is not { } block) return null;
            var shard = await shards.ReadAsync(offer.Dataset, new ShardReference(offer.Root, offer.Points, file), CancellationToken.None);
            return PointOrder.First(shard, Seed(block.Hash, offer.Root), most);
        }
        catch (Exception absent) when (absent is DataBrightException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Null where the shard neither was offered nor is a dataset's first.</summary>
    private ulong? BlockOf(SampledOffer offer) => index.Proposals.FirstOffered(offer.Dataset, offer.Root) ?? offer.Listed;

    private static ulong Seed(Hash32 block, Hash32 root) =>
        BinaryPrimitives.ReadUInt64LittleEndian(Keccak.Hash([.. block.AsSpan(), .. root.AsSpan()]).AsSpan());
}

/// <summary>A shard as its dataset has it.</summary>
/// <param name="Dataset">That lists it or is offered it.</param>
/// <param name="Root">Of its points.</param>
/// <param name="Points">How many there are.</param>
/// <param name="Listed">The block in which it was listed; null where it is offered.</param>
internal sealed record SampledOffer(DatasetId Dataset, Hash32 Root, int Points, ulong? Listed)
{
    /// <summary>Null for proposals that are about no shard.</summary>
    public static SampledOffer? Of(ProposalFacts facts) =>
        facts.ShardRoot is { } root ? new(facts.Summary.Dataset, root, facts.Summary.Points, null) : null;
}
