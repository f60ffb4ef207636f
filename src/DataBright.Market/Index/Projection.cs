using System.Numerics;
using DataBright.Ethereum;
using DataBright.Storage.Sql;

namespace DataBright.Market.Index;

/// <summary>
/// What the events of one contract make in the index: its tables, what each event changes in them, and what the contract owes by them.
/// </summary>
internal abstract class Projection
{
    /// <summary>The statements that create its tables.</summary>
    public abstract string Tables { get; }

    /// <summary>Enters a log, if it is of its contract and of a kind that is known.</summary>
    /// <returns>Whether it is.</returns>
    public abstract bool Apply(Projected into, Log log, LogEntry entry);

    /// <summary>
    /// Asks for accounts that the market may owe something by its events, in one column: whoever put money in, or is to be paid. Null where
    /// none follows.
    /// </summary>
    public virtual string? Creditors => null;

    /// <summary>What its contract owes by the market's events, under the contract's name.</summary>
    public abstract IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market);

    protected static BigInteger Sum(IEnumerable<BigInteger> amounts) => amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount);

    protected static BigInteger Units(Money money) => money.Units;

    /// <summary>What a contract owes accounts by name, beside what its own tables say.</summary>
    protected static BigInteger Credits(SqlSession index, Address contract) =>
        Sum(index.List("SELECT owed FROM contract_credits WHERE contract = $1", row => Units(row.Money()), contract));
}

/// <summary>Where events are entered.</summary>
/// <param name="Index">The tables.</param>
/// <param name="Market">Which contracts.</param>
/// <param name="Tokens">The share tokens and their datasets; grows as datasets are created.</param>
internal sealed record Projected(SqlSession Index, MarketAddresses Market, Dictionary<Address, ulong> Tokens);
