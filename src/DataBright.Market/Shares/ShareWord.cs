using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Movements;
using DataBright.Market.Owed;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.Shares;

namespace DataBright.Market.Shares;

/// <summary>Shares as a word of the market. Each dataset has a token of its own, which the datasets deploy.</summary>
internal sealed class ShareWord : MarketWord
{
    public override string ContractName => "Shares";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp => null;

    public override Projection Projection { get; } = new ShareProjection();

    public override WordDebts? Debts => new("what shares earned", ShareDebts.AddAsync);

    public override IReadOnlyList<DebtKind> DebtKinds => [DebtKind.Dividend];

    public override IReadOnlyList<MovementKind> MovementKinds => [MovementKind.Dividend];

    public override MovementReason? ReasonOf(Log log) => Contract.Events.Find(log) switch
    {
        Contract.Events.DividendDeposited or Contract.Events.DividendClaimed => new(MovementKind.Dividend, null),
        _ => null,
    };
}
