using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Movements;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.Datasets;

namespace DataBright.Market.Datasets;

/// <summary>Datasets as a word of the market.</summary>
internal sealed class DatasetWord : MarketWord
{
    public override string ContractName => "Datasets";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp => async setup => await setup.DeployAsync(ContractName, Contract.Deploy(
        // Votes take measurements of jobs, and jobs are about votes: one of the two must be told where the other will be.
        setup.Money, setup["TrustedKeys"], await setup.AfterNextAsync(), Keccak.Hash(Generated.Shares.Deploy(setup.Money))));

    public override Projection Projection { get; } = new DatasetProjection();

    public override MovementReason? ReasonOf(Log log) => Contract.Events.Find(log) switch
    {
        Contract.Events.ShardListed e =>
            new(MovementKind.Minted, e.ProposalId.IsZero ? $"dataset {e.DatasetId}" : $"proposal {e.ProposalId}"),
        _ => null,
    };
}
