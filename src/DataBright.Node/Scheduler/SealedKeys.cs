using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Proposals;
using DataBright.Storage;

namespace DataBright.Node.Scheduler;

/// <summary>
/// Keys to sealed points, as others give them to this node's scheduler or referee, and as it gives them to whoever bought a training run.
/// </summary>
internal sealed class SealedKeys(EthereumKey key, Market.Ledger ledger, IBlobStore blobs, IShardSource shards, ContentKeyFolder kept)
{
    /// <summary>Of points: whoever founds a dataset, or offers to it, chooses how much is read to try a key.</summary>
    private const long MaxBytes = 1L << 30;

    public RecipientKey Recipient { get; } = new(key.Address, key.PublicKey);

    /// <summary>Takes a key that opens a dataset's held-out set, whoever brings it: one that does not is kept nowhere.</summary>
    /// <exception cref="KeyRefusedException">It opens nothing here. The message says why.</exception>
    /// <exception cref="BlobException">The set, or the dataset's terms, are not here.</exception>
    public async Task TakeHeldOutAsync(DatasetId id, byte[] wrapped, CancellationToken stop)
    {
        var dataset = await DatasetAsync(id, stop);
        if ((await MeasurementTerms.ReadAsync(blobs, dataset, stop)).HeldOut is not { } heldOut)
            throw new KeyRefusedException($"Anybody may read the held-out set of dataset {id}; it needs no key.");
        await TryAsync(dataset, heldOut.Cid, wrapped, source => source.ReadHeldOutAsync(id, heldOut, stop), stop);
    }

    /// <summary>
    /// Takes a key that opens a shard which a dataset lists or is offered, of the file that the ledger announced: there are as many keys as
    /// announcements.
    /// </summary>
    /// <param name="id">The dataset.</param>
    /// <param name="file">The sealed file.</param>
    /// <param name="shard">The root of its points.</param>
    /// <param name="proposal">The open proposal that offers it; null where it is listed.</param>
    /// <param name="wrapped">The key, for this node's.</param>
    /// <param name="stop">Cancels.</param>
    /// <inheritdoc cref="TakeHeldOutAsync"/>
    public async Task TakeShardAsync(DatasetId id, Cid file, Hash32 shard, ProposalId? proposal, byte[] wrapped, CancellationToken stop)
    {
        var dataset = await DatasetAsync(id, stop);
        var (count, offer) = await AnnouncedAsync(id, shard, proposal, stop)
            ?? throw new KeyRefusedException($"Dataset {id} neither lists nor is offered the points {shard}.", FailureKind.NotFound);
        await RequireFileAsync(id, shard, offer, file, stop);
        await TryAsync(dataset, file, wrapped, source => source.ReadAsync(id, new ShardReference(shard, count, file), stop), stop);
    }

    /// <summary>
    /// The keys of a plan's sealed shards, wrapped for whoever bought the training run; shards that are not sealed are not among them.
    /// </summary>
    /// <exception cref="ShardUnreadableException">A shard cannot be opened here, or was sealed for another dataset.</exception>
    public async Task<IReadOnlyList<GivenKey>> GiveAsync(JobPlan plan, PublicKey buyer, CancellationToken stop)
    {
        var given = new List<GivenKey>();
        foreach (var shard in plan.Shards)
        {
            // A plan names any file, and another scheduler may have settled it: what is given here is the dataset's, as the ledger
            // announced it.
            await RequireAnnouncedAsync(plan.Dataset, shard, stop);
            await shards.ReadAsync(plan.Dataset, shard, stop);
            using var opened = await FindAsync(shard.Cid, stop);
            if (opened is not null)
                given.Add(new GivenKey(shard.Cid, shard.Root, shard.Count, $"0x{Convert.ToHexStringLower(opened.WrapFor(buyer))}"));
        }

        return given;
    }

    /// <exception cref="KeyRefusedException">The dataset does not list the shard, or its file is another.</exception>
    private async Task RequireAnnouncedAsync(DatasetId id, ShardReference shard, CancellationToken stop)
    {
        if (await AnnouncedAsync(id, shard.Root, null, stop) is not { } listed || listed.Count != shard.Count)
            throw new KeyRefusedException($"Dataset {id} does not list the points {shard.Root}.");
        await RequireFileAsync(id, shard.Root, listed.Proposal, shard.Cid, stop);
    }

    private async Task RequireFileAsync(DatasetId id, Hash32 shard, ProposalId? proposal, Cid file, CancellationToken stop)
    {
        if (await new DatasetHistory(ledger).FileAsync(id, shard, proposal, stop) is not { } announced
            || announced.ToVersion1() != file.ToVersion1())
            throw new KeyRefusedException($"The ledger announces another file of the points {shard} than {file}.");
    }

    /// <summary>The key that opens a sealed file; null for a file that lies open, whatever key was kept for it.</summary>
    private async Task<ContentKey?> FindAsync(Cid file, CancellationToken stop)
    {
        if (!await Envelope.IsOneAsync(blobs, file, stop)) return null;
        if (kept.Find(file) is { } known) return known;
        await using var content = await blobs.OpenAsync(file, stop);
        return await Envelope.FindKeyAsync(content, key.Address, stop) is { } wrapped ? ContentKey.Unwrap(key, wrapped) : null;
    }

    /// <summary>
    /// How many points there are, and which proposal brought them; null where the dataset neither lists nor is offered them.
    /// </summary>
    private async Task<(int Count, ProposalId? Proposal)?> AnnouncedAsync(DatasetId id, Hash32 shard, ProposalId? proposal,
        CancellationToken stop)
    {
        if (proposal is not { } offer)
            return await ledger.Datasets.FindShardAsync(id, shard, stop) is { } listed ? (listed.Count, listed.Proposal) : null;
        var offered = await ledger.Proposals.FindAsync(offer, stop);
        return offered is { State: ProposalState.Open } && offered.Dataset == id && offered.Shard == shard ? (offered.Count, offer) : null;
    }

    /// <summary>A file that lies open is read without its key, and would prove nothing of it.</summary>
    private async Task TryAsync(Dataset dataset, Cid file, byte[] wrapped, Func<BlobShardSource, Task> readAsync, CancellationToken stop)
    {
        if (!await Envelope.IsOneAsync(blobs, file, stop)) throw new KeyRefusedException($"Anybody may read {file}; it needs no key.");
        try
        {
            using var source = new BlobShardSource(blobs, key, new TriedContentKey(file, key, wrapped),
                (_, _) => Task.FromResult<Address?>(dataset.Initiator), MaxBytes);
            await readAsync(source);
        }
        catch (ShardUnreadableException fault) when (fault.InnerException is BlobException missing)
        {
            throw missing;
        }
        catch (Exception fault) when (fault is ShardUnreadableException || fault.IsUnreadable())
        {
            throw new KeyRefusedException($"This key does not open these points of dataset {dataset.Id} for {key.Address}.");
        }

        kept.Keep(file, wrapped);
    }

    private async Task<Dataset> DatasetAsync(DatasetId id, CancellationToken stop) =>
        await ledger.Datasets.FindAsync(id, stop)
            ?? throw new KeyRefusedException($"The ledger has no dataset {id}.", FailureKind.NotFound);
}

/// <summary>To whom a key may be wrapped.</summary>
/// <param name="Address">The trusted key on the ledger.</param>
/// <param name="PublicKey">What the address is the hash of.</param>
public sealed record RecipientKey(Address Address, PublicKey PublicKey);

/// <summary>A sealed shard with its key, for one reader.</summary>
/// <param name="File">The envelope, which /ipfs gives to anybody.</param>
/// <param name="Shard">The root of its points.</param>
/// <param name="Points">How many there are.</param>
/// <param name="Wrapped">The key of the envelope, wrapped for the reader, in hexadecimal digits after 0x.</param>
public sealed record GivenKey(Cid File, Hash32 Shard, int Points, string Wrapped);

/// <summary>A key was not kept, or not given. The message says why.</summary>
internal sealed class KeyRefusedException(string message, FailureKind kind = FailureKind.Conflict) : RefusedException(kind, null, message);
