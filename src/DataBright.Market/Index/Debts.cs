using System.Numerics;
using DataBright.Ethereum;
using DataBright.Storage.Sql;

namespace DataBright.Market.Index;

/// <summary>
/// What each contract owes by the market's events, at one block; null where by them it paid more than it ever had, so that they contradict
/// each other.
/// </summary>
internal sealed record Debts(IndexPosition Position, IReadOnlyList<(string Name, Address Address, Money? Owed)> Contracts)
{
    public static Debts Read(SqlSession index, IndexPosition position, IEnumerable<Projection> projections, MarketAddresses market,
        Money usageBond) => new(
        position, [.. projections.SelectMany(projection => projection.Owed(index, market, usageBond))
            .Select(debt => (debt.Name, debt.Address, AsMoney(debt.Units)))]);

    private static Money? AsMoney(BigInteger units) => units < 0 || units > UInt128.MaxValue ? null : new Money((UInt128)units);
}
