using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Movements;
using DataBright.Market.Owed;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.Requests;

namespace DataBright.Market.Requests;

/// <summary>Requests as a word of the market.</summary>
internal sealed class RequestWord : MarketWord
{
    public override string ContractName => "Requests";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp =>
        setup => setup.DeployAsync(ContractName, Contract.Deploy(setup.Money, setup["Datasets"]));

    public override bool HoldsMoney => true;

    public override Projection Projection { get; } = new RequestProjection();

    public override WordDebts? Debts => new("what requests owe", RequestDebts.AddAsync);

    public override IReadOnlyList<DebtKind> DebtKinds => [DebtKind.Reward, DebtKind.Sponsorship];

    public override IReadOnlyList<MovementKind> MovementKinds => [MovementKind.Sponsorship, MovementKind.Reward];

    public override MovementReason? ReasonOf(Log log) => Contract.Events.Find(log) switch
    {
        Contract.Events.RequestSponsored e => new(MovementKind.Sponsorship, $"request {e.RequestId}"),
        Contract.Events.SponsorRefunded e => new(MovementKind.Sponsorship, $"request {e.RequestId}"),
        Contract.Events.RewardPaid e => new(MovementKind.Reward, $"request {e.RequestId}"),
        _ => null,
    };
}
