using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Movements;
using DataBright.Market.Owed;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.Workers;

namespace DataBright.Market.Workers;

/// <summary>Workers as a word of the market. Jobs make their contract.</summary>
internal sealed class WorkerWord : MarketWord
{
    public override string ContractName => "Workers";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp => setup => setup.AskAsync(Generated.Jobs.Workers(setup["Jobs"]));

    public override Projection Projection { get; } = new WorkerProjection();

    public override WordDebts? Debts => new("the worker's stake", WorkerDebts.AddAsync);

    public override IReadOnlyList<DebtKind> DebtKinds => [DebtKind.Stake];

    public override IReadOnlyList<MovementKind> MovementKinds => [MovementKind.Stake];

    public override MovementReason? ReasonOf(Log log) => Contract.Events.Find(log) switch
    {
        Contract.Events.WorkerRegistered or Contract.Events.StakeAdded or Contract.Events.StakeWithdrawn =>
            new(MovementKind.Stake, "worker"),
        _ => null,
    };
}
