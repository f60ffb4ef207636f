using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Movements;
using DataBright.Market.Owed;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Market.Jobs;

/// <summary>Jobs as a word of the market.</summary>
internal sealed class JobWord : MarketWord
{
    public override string ContractName => "Jobs";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp => setup => setup.DeployAsync(ContractName, Contract.Deploy(
        setup.Money, setup["TrustedKeys"], setup["Datasets"], setup.Terms.MinimumStake.Units, (ulong)setup.Terms.CoolDown.TotalSeconds,
        setup.Terms.UsageBond.Units, (ulong)setup.Terms.UsageWindow.TotalSeconds));

    public override bool HoldsMoney => true;

    public override Projection Projection { get; } = new JobProjection();

    public override WordDebts? Debts => new("what jobs owe", JobDebts.AddAsync);

    public override IReadOnlyList<DebtKind> DebtKinds => [DebtKind.JobCredit, DebtKind.Wage, DebtKind.OrderRefund];

    public override IReadOnlyList<MovementKind> MovementKinds => [MovementKind.Order, MovementKind.JobCredit];

    public override MovementReason? ReasonOf(Log log) => Contract.Events.Find(log) switch
    {
        Contract.Events.JobCreated e => new(MovementKind.Order, $"job {e.JobId}"),
        Contract.Events.Withdrawn => new(MovementKind.JobCredit, "jobs"),
        _ => null,
    };
}
