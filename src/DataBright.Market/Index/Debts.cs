using DataBright.Storage.Sql;

namespace DataBright.Market.Index;

/// <summary>What each contract owes by the market's events, at one block.</summary>
internal sealed record Debts(IndexPosition Position, IReadOnlyList<ContractDebt> Contracts)
{
    public static Debts Read(SqlSession index, IndexPosition position, IEnumerable<Projection> projections, MarketAddresses market) =>
        new(position, [.. projections.SelectMany(projection => projection.Owed(index, market))]);
}
