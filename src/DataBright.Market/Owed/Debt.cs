using DataBright.Ethereum;

namespace DataBright.Market.Owed;

/// <summary>Something that the market owes an account and would pay now.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Source">Where from.</param>
/// <param name="Amount">How much, as far as it can be told before it is paid.</param>
/// <param name="Calls">What pays it, or what makes a contract credit it; in order.</param>
public sealed record Debt(DebtKind Kind, DebtSource Source, Money Amount, IReadOnlyList<DebtCall> Calls)
{
    /// <summary>What credits it, and pays it together with all its other credits; null where the calls pay.</summary>
    public CreditSource? CreditedBy { get; init; }

    /// <summary>The contract that has the money; null where other debts name it already.</summary>
    public Address? HeldBy { get; init; }

    /// <summary>Nobody but the account itself may send the calls.</summary>
    public bool OnlyByItself { get; init; }
}
