using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Movements;
using DataBright.Market.Owed;

namespace DataBright.Market.Words;

/// <summary>One word of the market, such as requests: what all that goes over the whole market has to know of it.</summary>
internal abstract class MarketWord
{
    /// <summary>The name of its contract in Solidity.</summary>
    public abstract string ContractName { get; }

    /// <summary>The functions of its contract, for those who count what is called.</summary>
    public abstract IReadOnlyDictionary<Selector, string> FunctionNames { get; }

    /// <summary>Sets its contract up, or asks the contract that made it where it is; null where each dataset has one of its own.</summary>
    public abstract Func<MarketSetup, Task<Address>>? SetUp { get; }

    /// <summary>Whether its contract holds other people's money, and so gets a reserve that stays.</summary>
    public virtual bool HoldsMoney => false;

    /// <summary>What its events make in the index.</summary>
    public abstract Projection Projection { get; }

    /// <summary>What it owes accounts; null where it owes nothing.</summary>
    public virtual WordDebts? Debts => null;

    public virtual IReadOnlyList<DebtKind> DebtKinds => [];

    public virtual IReadOnlyList<MovementKind> MovementKinds => [];

    /// <summary>What its contract took or paid tokens for, by an event that it logged; null where the event moves none.</summary>
    /// <exception cref="AbiException">The event cannot be read.</exception>
    public virtual MovementReason? ReasonOf(Log log) => null;
}
