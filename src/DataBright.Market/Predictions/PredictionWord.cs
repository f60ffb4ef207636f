using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Movements;
using DataBright.Market.Owed;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.Predictions;

namespace DataBright.Market.Predictions;

/// <summary>Predictions as a word of the market.</summary>
internal sealed class PredictionWord : MarketWord
{
    public override string ContractName => "Predictions";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp => setup => setup.DeployAsync(ContractName, Contract.Deploy(
        setup.Money, setup["Datasets"], setup["Models"], (ulong)setup.Terms.ChallengePeriod.TotalSeconds));

    public override bool HoldsMoney => true;

    public override Projection Projection { get; } = new PredictionProjection();

    public override WordDebts? Debts => new("what predictions owe", PredictionDebts.AddAsync);

    public override IReadOnlyList<DebtKind> DebtKinds => [DebtKind.PredictionCredit, DebtKind.ChannelRest, DebtKind.Earnings];

    public override IReadOnlyList<MovementKind> MovementKinds => [MovementKind.Deposit, MovementKind.PredictionCredit];

    public override MovementReason? ReasonOf(Log log) => Contract.Events.Find(log) switch
    {
        Contract.Events.ChannelOpened e => new(MovementKind.Deposit, $"channel {e.ChannelId}"),
        Contract.Events.ChannelToppedUp e => new(MovementKind.Deposit, $"channel {e.ChannelId}"),
        Contract.Events.CreditWithdrawn => new(MovementKind.PredictionCredit, "predictions"),
        _ => null,
    };
}
