using System.Collections.Concurrent;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Proposals;

/// <summary>
/// Counts the points of a shard that its dataset has already, exactly and nearly, where all the bytes lie open on this node. A
/// proposal is compared with what was listed when it was made.
/// </summary>
internal sealed class DuplicateCounts(LedgerIndex index, IBlobStore blobs, TimeProvider clock, ILogger<DuplicateCounts> log) : IDisposable
{
    private const long MaxBytes = 256L * 1024 * 1024;
    private const int MaxSchema = 4_096;
    private const int MaxShards = 200;
    private const int MaxRemembered = 1_000;

    /// <summary>Points that are compared with what a dataset has: it takes about a millisecond for each.</summary>
    private const int MaxCompared = 20_000;

    /// <summary>Comparisons that are made or wait for it.</summary>
    private const int MaxWaiting = 16;

    /// <summary>How long a page waits: it is shown without the count then, and with it when it is looked at again.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How soon what could not be counted is tried again: pages are free to ask for, and reading all of a dataset is not.
    /// </summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ProposalId, Task<Checked?>> _counted = [];
    private readonly ConcurrentDictionary<ProposalId, DateTimeOffset> _vain = [];
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private int _waiting;

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Null where it cannot be counted: something is elsewhere, encrypted, or too large; or was not in time.</summary>
    public async Task<DuplicateCount?> FindAsync(IndexedProposal proposal, CancellationToken stop) =>
        (await CheckedAsync(proposal, stop))?.Count;

    /// <summary>Near copies side by side; null where there are none to be seen.</summary>
    public async Task<NearSheet?> SheetAsync(ProposalId id, CancellationToken stop) =>
        index.Proposals.Find(id) is { } proposal ? (await CheckedAsync(proposal, stop))?.Sheet : null;

    /// <summary>Compares a file of the store with what a dataset lists now.</summary>
    /// <exception cref="BlobException">A file is missing or damaged.</exception>
    /// <exception cref="FormatException">The file is no shard, or not one of the dataset's schema; or the dataset cannot be read here. The
    /// message says which.</exception>
    /// <exception cref="TooBusyException">Too many are being compared.</exception>
    public async Task<ShardCheck> CheckAsync(IndexedDataset dataset, Cid cid, CancellationToken stop)
    {
        using var turn = await TurnAsync(stop) ?? throw new TooBusyException();
        var reading = new Reading(blobs);
        var offered = await reading.ReadAsync(cid, stop);
        if (offered.Schema.Hash != dataset.Schema)
            throw new FormatException(
                $"These points are {offered.Schema}; those of dataset {dataset.Id} are {await FormAsync(dataset, stop)}.");
        var listed = await ListedAsync(dataset.Id, shard => !shard.Delisted, reading, stop)
            ?? throw new FormatException(
                $"Not all shards of dataset {dataset.Id} lie open on this node, so nothing can be compared with them.");
        return new ShardCheck(offered.Root, offered.Count, (await Task.Run(() => Compare(listed, offered, stop), stop)).Count)
        {
            Differs = await SchemaLink.ReadAsync(blobs, dataset.Description, dataset.Schema, stop) is { } schema
                ? SchemaFit.Mismatch(schema, offered) : null,
        };
    }

    /// <summary>The form of a dataset's points in words, or the digest that the ledger has of it.</summary>
    private async Task<string> FormAsync(IndexedDataset dataset, CancellationToken stop)
    {
        try
        {
            return DataSchema.Parse(System.Text.Encoding.UTF8.GetString(await blobs.ReadAsync(Cid.Raw(dataset.Schema), MaxSchema, stop)))
                .ToString();
        }
        catch (Exception absent) when (absent is BlobException || absent.IsUnreadable())
        {
            return $"of another schema ({dataset.Schema})";
        }
    }

    private async Task<Checked?> CheckedAsync(IndexedProposal proposal, CancellationToken stop)
    {
        if (proposal is not { Kind: ProposalKind.Listing, Cid: { } cid }) return null;
        if (_vain.TryGetValue(proposal.Id, out var tried) && clock.GetUtcNow() - tried < Again) return null;
        // One comparison serves all who ask, so it must not end with the first who leaves.
        var begun = new Lazy<Task<Checked?>>(() => CountAsync(proposal, cid));
        var counted = _counted.GetOrAdd(proposal.Id, _ => begun.Value);
        Checked? found = null;
        try
        {
            return found = await counted.WaitAsync(Timeout, clock, stop);
        }
        catch (TimeoutException) when (!counted.IsFaulted)
        {
            return null;
        }
        finally
        {
            // What cannot be counted now may be later.
            if (counted.IsCompletedSuccessfully) found = await counted;
            if (counted.IsCompleted && found is null) Remember(proposal.Id);
            if (counted.IsCompleted && (found is null || _counted.Count > MaxRemembered)) _counted.TryRemove(new(proposal.Id, counted));
        }
    }

    private async Task<Checked?> CountAsync(IndexedProposal proposal, Cid cid)
    {
        using var turn = await TurnAsync(CancellationToken.None);
        if (turn is null) return null;
        try
        {
            var reading = new Reading(blobs);
            // First what the proposer may have made up: nobody has a whole dataset read for a file that is none.
            var offered = await reading.ReadAsync(cid, CancellationToken.None);
            if (await ListedAsync(proposal.Dataset, shard => shard.Block < proposal.Block, reading, CancellationToken.None)
                is not { } listed) return null;
            return await Task.Run(() => Compare(listed, offered, CancellationToken.None));
        }
        catch (Exception e) when (e is BlobException or FormatException or ArgumentException)
        {
            if (e is BlobDamagedException) log.LogWarning(e, "Duplicates of proposal {Proposal} cannot be counted", proposal.Id);
            return null;
        }
    }

    /// <summary>Null where too many wait for it.</summary>
    private async Task<Turn?> TurnAsync(CancellationToken stop)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }
        try
        {
            await _oneAtATime.WaitAsync(stop);
            return new Turn(this);
        }
        catch
        {
            Interlocked.Decrement(ref _waiting);
            throw;
        }
    }

    private void Remember(ProposalId proposal)
    {
        if (_vain.Count > MaxRemembered) _vain.Clear();
        _vain[proposal] = clock.GetUtcNow();
    }

    /// <summary>Null where not all of a dataset's shards are known here.</summary>
    private async Task<IReadOnlyList<Shard>?> ListedAsync(DatasetId dataset, Func<IndexedShard, bool> counts, Reading reading,
        CancellationToken stop)
    {
        var listed = index.Datasets.Shards(dataset, new SliceRequest(MaxShards));
        if (listed.Next is not null) return null;
        var shards = new List<Shard>();
        foreach (var shard in listed.Items.Where(counts))
        {
            if (shard.Cid is not { } address) return null;
            shards.Add(await reading.ReadAsync(address, stop));
        }
        return shards;
    }

    private static Checked Compare(IReadOnlyList<Shard> listed, Shard offered, CancellationToken stop)
    {
        var known = new KnownPoints();
        var near = new NearPoints(offered.Schema);
        foreach (var shard in listed)
        {
            known.Add(shard);
            near.Add(shard);
        }
        var exact = known.Compare(offered);
        var places = known.NewPlaces(offered);
        var alike = places.Count <= MaxCompared ? near.Compare(offered, places, stop) : null;
        var sheet = alike is null ? null : NearSheet.Draw(offered, alike.Pairs);
        return new Checked(
            new DuplicateCount(exact.InDataset, exact.WithinShard, exact.Points)
            {
                Near = alike is null ? null : new NearCount(
                    alike.InDataset, alike.WithinShard,
                    [.. alike.Pairs.Select(pair => new NearFacts(pair.Point, pair.Shard.Root, pair.Other, Fraction.Near(pair.Alike)))],
                    sheet is null ? null : new NearPicture(sheet.Width, sheet.Height)),
            }, sheet);
    }

    private sealed class Turn(DuplicateCounts counts) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref counts._waiting);
            counts._oneAtATime.Release();
        }
    }

    private sealed record Checked(DuplicateCount Count, NearSheet? Sheet);

    /// <summary>Reads shards until so many bytes are in memory.</summary>
    private sealed class Reading(IBlobStore blobs)
    {
        private long _room = MaxBytes;

        public async Task<Shard> ReadAsync(Cid address, CancellationToken stop)
        {
            await using var file = await blobs.OpenAsync(address, stop);
            if (await Envelope.IsOneAsync(file, stop))
                throw new FormatException($"The file {address} is sealed, so it is compared when it is measured, and not before.");
            var shard = await ShardFile.ReadAsync(file, _room, stop);
            _room -= shard.Features.Length;
            return shard;
        }
    }
}
