using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Models;

namespace DataBright.Market.Models;

/// <summary>
/// A referee's word that a model may be its dataset's best (EIP-712): what its training began with, and what it saw, are as the dataset
/// says.
/// </summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Model">The model.</param>
/// <param name="Checkpoint">Hash of its parameters.</param>
/// <param name="MetricPpm">Its accuracy, without what its training saw of the held-out set, in parts per million.</param>
/// <param name="Deadline">The last second in which it is taken.</param>
public sealed record BestStatement(DatasetId Dataset, ModelId Model, Digest Checkpoint, uint MetricPpm, DateTimeOffset Deadline)
{
    private static readonly TypedStruct Type = TypedStruct.Define(
        "BestCheckpoint(uint256 datasetId,uint256 modelId,bytes32 checkpointHash,uint32 metric,uint256 deadline)");

    /// <summary>The statement as it is signed. Bound to one chain and one contract.</summary>
    public TypedMessage MessageFor(MarketAddresses addresses) => new(
        TypedDomain.Of("DataBright Models", "1", addresses.ChainId, addresses.Models), Type,
        (Uint256)Dataset, (Uint256)Model, Checkpoint.ToHash32(), (Uint256)(ulong)MetricPpm, Seconds);

    public Signed<BestStatement> Sign(MarketAddresses addresses, EthereumKey referee) =>
        new(this, referee.Sign(MessageFor(addresses).Digest));

    internal Contract.BestCheckpoint ToContract() => new(Dataset, Model, Checkpoint.ToHash32(), MetricPpm, Seconds);

    private Uint256 Seconds => (ulong)Deadline.ToUnixTimeSeconds();
}
