using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Datasets;

namespace DataBright.Market.Datasets;

/// <summary>What is done about datasets, each act as a value.</summary>
public sealed class DatasetActs
{
    private readonly MarketAddresses _market;

    internal DatasetActs(MarketAddresses market) => _market = market;

    private Address At => _market.Datasets;

    /// <summary>Creates a dataset: deploys its shares, mints the founders', lists the founding shard.</summary>
    public LedgerAct<Dataset> Create(DatasetCharter charter)
    {
        var seen = charter with { ShareName = PlainText.Name(charter.ShareName), ShareSymbol = PlainText.Name(charter.ShareSymbol) };
        return new(Contract.Create(At, DatasetLedger.ToContract(seen)), receipt =>
        {
            var created = receipt.Event(At, Contract.Events.DatasetCreated.Matches, Contract.Events.DatasetCreated.Decode);
            var listed = receipt.Event(At, Contract.Events.ShardListed.Matches, Contract.Events.ShardListed.Decode);
            return new Dataset(
                new DatasetId(Figures.Long(created.DatasetId)), created.Initiator, created.Shares, listed.VersionRoot,
                charter.Description, charter.Schema, charter.HeldOut, charter.Measurement);
        });
    }
}
