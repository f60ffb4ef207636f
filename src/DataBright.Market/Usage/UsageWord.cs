using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Movements;
using DataBright.Market.Owed;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.Usage;

namespace DataBright.Market.Usage;

/// <summary>Usage dividends as a word of the market. Jobs make their contract.</summary>
internal sealed class UsageWord : MarketWord
{
    public override string ContractName => "Usage";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp => setup => setup.AskAsync(Generated.Jobs.Usage(setup["Jobs"]));

    public override bool HoldsMoney => true;

    public override Projection Projection { get; } = new UsageProjection();

    public override WordDebts? Debts => new("what the use of points earned", UsageDebts.AddAsync);

    public override IReadOnlyList<DebtKind> DebtKinds => [DebtKind.UsageCredit, DebtKind.UsageDividend, DebtKind.UsageBond];

    public override IReadOnlyList<MovementKind> MovementKinds =>
        [MovementKind.UsageDividend, MovementKind.UsageBond, MovementKind.UsageCredit];

    public override MovementReason? ReasonOf(Log log) => Contract.Events.Find(log) switch
    {
        Contract.Events.UsagePosted e => new(MovementKind.UsageBond, $"job {e.JobId}"),
        Contract.Events.UsageChallenged e => new(MovementKind.UsageBond, $"job {e.JobId}"),
        Contract.Events.UsageClaimed e => new(MovementKind.UsageDividend, $"job {e.JobId}"),
        Contract.Events.CreditWithdrawn => new(MovementKind.UsageCredit, "usage"),
        _ => null,
    };
}
