using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Datasets;

namespace DataBright.Market.Datasets;

/// <summary>Datasets on the ledger.</summary>
public sealed class DatasetLedger
{
    private readonly Ledger _ledger;

    internal DatasetLedger(Ledger ledger)
    {
        _ledger = ledger;
        Acts = new DatasetActs(ledger.Addresses);
    }

    /// <summary>What is done about datasets, as values for whoever does it.</summary>
    public DatasetActs Acts { get; }

    private Address At => _ledger.Addresses.Datasets;

    /// <summary>Creates a dataset: deploys its shares, mints the founders', lists the founding shard.</summary>
    /// <exception cref="RuleBrokenException">The policy, the founders or the shard are not legal.</exception>
    public Task<Dataset> CreateAsync(DatasetCharter charter, Signer initiator, CancellationToken stop) =>
        initiator.SendAsync(Acts.Create(charter), stop);

    public async Task<Dataset?> FindAsync(DatasetId id, CancellationToken stop)
    {
        var found = await _ledger.FindAsync(Contract.GetDataset(At, id), Rule.DatasetUnknown, stop);
        return found is null ? null : new Dataset(
            id, found.Initiator, found.Shares, found.VersionRoot, found.MetadataDigest.ToDigest(),
            found.SchemaHash.ToDigest(), found.HeldOutDigest.ToDigest(), found.MeasurementHash.ToDigest());
    }

    /// <exception cref="RuleBrokenException">There is no such dataset.</exception>
    public async Task<DatasetPolicy> PolicyAsync(DatasetId id, CancellationToken stop) =>
        DatasetPolicy.From(await _ledger.ReadAsync(Contract.GetPolicy(At, id), stop));

    public async Task<ListedShard?> FindShardAsync(DatasetId id, Hash32 root, CancellationToken stop)
    {
        var shard = await _ledger.FindAsync(Contract.GetShard(At, id, root), Rule.ShardUnknown, stop);
        return shard is null ? null : new ListedShard(
            root, shard.Contributor, (int)shard.Count, shard.ListedAt, shard.ProposalId == 0 ? null : new ProposalId(shard.ProposalId),
            shard.Delisted);
    }

    /// <summary>Whether an account is one of the curators named when the dataset was created.</summary>
    public Task<bool> IsCuratorAsync(DatasetId id, Address account, CancellationToken stop) =>
        _ledger.ReadAsync(Contract.IsCurator(At, id, account), stop);

    /// <summary>How many datasets there are; their numbers run from one to this.</summary>
    public async Task<ulong> CountAsync(CancellationToken stop) => Figures.Long(await _ledger.ReadAsync(Contract.DatasetCount(At), stop));

    /// <summary>The shares that a proposal of so many points would mint at a measured gain.</summary>
    public async Task<ShareAmount> SharesForAsync(DatasetId id, int points, int gainPpm, CancellationToken stop) =>
        (ShareAmount)await _ledger.ReadAsync(Contract.SharesFor(At, id, (uint)points, (ulong)gainPpm), stop);

    internal static Contract.Charter ToContract(DatasetCharter charter) => new(
        charter.Description.ToHash32(), charter.Schema.ToHash32(), charter.HeldOut.ToHash32(), charter.Measurement.ToHash32(),
        charter.ShareName, charter.ShareSymbol,
        charter.Policy.ToContract(), [.. charter.Founders.Select(founder => new Contract.Founder(founder.Holder, founder.Shares.Units))],
        charter.Curators,
        charter.Founding.Root, (uint)charter.Founding.Count, charter.Founding.Cid.ToBytes());
}
