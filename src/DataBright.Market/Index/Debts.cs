using System.Numerics;
using DataBright.Ethereum;
using DataBright.Market.Jobs;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Shares;
using DataBright.Market.Sql;

namespace DataBright.Market.Index;

/// <summary>What each contract owes by the market's events, at one block; null where by them it paid more than it ever had, so that they contradict each other.</summary>
internal sealed record Debts(IndexPosition Position, IReadOnlyList<(string Name, Address Address, Money? Owed)> Contracts)
{
    public static Debts Read(SqlSession index, IndexPosition position, MarketAddresses market, Money usageBond)
    {
        List<(string, Address, BigInteger)> contracts =
        [
            ("Datasets", market.Datasets, BigInteger.Zero), ("Models", market.Models, BigInteger.Zero), ("TrustedKeys", market.TrustedKeys, BigInteger.Zero),
            ("Proposals", market.Proposals, Units(MarketDeployment.DustReserve) + Bonds(index)),
            ("Jobs", market.Jobs, Units(MarketDeployment.DustReserve) + Escrow(index)),
            ("Predictions", market.Predictions, Units(MarketDeployment.DustReserve) + Channels(index) + Credits(index, market.Predictions)),
            ("Usage", market.Usage, Units(MarketDeployment.DustReserve) + Usage(index, usageBond) + Credits(index, market.Usage)),
            ("Requests", market.Requests, Units(MarketDeployment.DustReserve) + Pots(index)),
            ("Workers", market.Workers, Stakes(index)),
        ];
        contracts.AddRange(index.List(
            "SELECT symbol, share_token, revenue, claimed FROM datasets ORDER BY id", row => ($"Shares {PlainText.Shown(row.Text())}", row.Address(), Units(row.Money()) - Units(row.Money()))));
        return new Debts(position, [.. contracts.Select(contract => (contract.Item1, contract.Item2, AsMoney(contract.Item3)))]);
    }

    /// <summary>Bonds are given back unless the proposal was rejected, which sends them to the shareholders at once.</summary>
    private static BigInteger Bonds(SqlSession index) => Sum(index.List(
        "SELECT bond FROM proposals WHERE bond_withdrawn = 0 AND state <> $1", row => Units(row.Money()), ProposalState.Rejected));

    /// <summary>What buyers deposited and workers have not settled, and what models earned and nobody has distributed.</summary>
    private static BigInteger Channels(SqlSession index) =>
        Sum(index.List("SELECT deposit, settled FROM channels WHERE state <> $1", row => Units(row.Money()) - Units(row.Money()), ChannelState.Closed))
        + Sum(index.List("SELECT earned FROM models", row => Units(row.Money())));

    /// <summary>A bond for whoever posted and one for whoever challenged, and what contributors have not claimed.</summary>
    private static BigInteger Usage(SqlSession index, Money bond) => Sum(index.List(
        "SELECT state, unclaimed FROM usage_postings", row => (State: (UsageState)row.Int(), Unclaimed: Units(row.Money()))).Select(posting => posting.State switch
        {
            UsageState.Posted => Units(bond),
            UsageState.Challenged => 2 * Units(bond),
            _ => posting.Unclaimed,
        }));

    private static BigInteger Pots(SqlSession index) =>
        Sum(index.List("SELECT pot, paid, refunded FROM requests", row => Units(row.Money()) - Units(row.Money()) - Units(row.Money())));

    private static BigInteger Credits(SqlSession index, Address contract) =>
        Sum(index.List("SELECT owed FROM contract_credits WHERE contract = $1", row => Units(row.Money()), contract));

    private static BigInteger Stakes(SqlSession index) => Sum(index.List("SELECT stake FROM workers WHERE registered = 1", row => Units(row.Money())));

    private static BigInteger Escrow(SqlSession index)
    {
        var open = Sum(index.List("SELECT pay, dataset_fee FROM jobs WHERE state < $1", row => Units(row.Money()) + Units(row.Money()), JobState.Settled));
        var settled = Sum(index.List("SELECT paid FROM jobs WHERE state = $1", row => Units(row.Money()), JobState.Settled));
        var claimed = Sum(index.List("SELECT amount FROM job_payments", row => Units(row.Money())));
        var credits = Sum(index.List("SELECT owed FROM credits", row => Units(row.Money())));
        var kept = Sum(index.List("SELECT usage FROM jobs WHERE usage IS NOT NULL", row => Units(row.Money())));
        return open + settled + credits + kept - claimed;
    }

    private static BigInteger Sum(IEnumerable<BigInteger> amounts) => amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount);

    private static BigInteger Units(Money money) => money.Units;

    private static Money? AsMoney(BigInteger units) => units < 0 || units > UInt128.MaxValue ? null : new Money((UInt128)units);
}
