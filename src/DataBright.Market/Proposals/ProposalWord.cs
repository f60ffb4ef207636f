using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Movements;
using DataBright.Market.Owed;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Market.Proposals;

/// <summary>Proposals as a word of the market. Datasets make their contract.</summary>
internal sealed class ProposalWord : MarketWord
{
    public override string ContractName => "Proposals";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp => setup => setup.AskAsync(Generated.Datasets.Proposals(setup["Datasets"]));

    public override bool HoldsMoney => true;

    public override Projection Projection { get; } = new ProposalProjection();

    public override WordDebts? Debts => new("bonds of proposals", ProposalDebts.AddAsync);

    public override IReadOnlyList<DebtKind> DebtKinds => [DebtKind.Bond];

    public override IReadOnlyList<MovementKind> MovementKinds => [MovementKind.Bond];

    public override MovementReason? ReasonOf(Log log) => Contract.Events.Find(log) switch
    {
        Contract.Events.Proposed e => new(MovementKind.Bond, $"proposal {e.ProposalId}"),
        Contract.Events.DelistingProposed e => new(MovementKind.Bond, $"proposal {e.ProposalId}"),
        Contract.Events.BondWithdrawn e => new(MovementKind.Bond, $"proposal {e.ProposalId}"),
        _ => null,
    };
}
