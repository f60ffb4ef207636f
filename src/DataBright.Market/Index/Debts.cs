using DataBright.Ethereum;
using DataBright.Market.Jobs;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Shares;
using DataBright.Market.Sql;

namespace DataBright.Market.Index;

/// <summary>What each contract owes by the market's events, at one block.</summary>
internal sealed record Debts(IndexPosition Position, IReadOnlyList<(string Name, Address Address, Money Owed)> Contracts)
{
    public static Debts Read(SqlSession index, IndexPosition position, MarketAddresses market, Money usageBond)
    {
        List<(string, Address, Money)> contracts =
        [
            ("Datasets", market.Datasets, Money.Zero), ("Models", market.Models, Money.Zero), ("TrustedKeys", market.TrustedKeys, Money.Zero),
            ("Proposals", market.Proposals, MarketDeployment.Keepsake + Bonds(index)),
            ("Jobs", market.Jobs, MarketDeployment.Keepsake + Escrow(index)),
            ("Predictions", market.Predictions, MarketDeployment.Keepsake + Channels(index) + Credits(index, market.Predictions)),
            ("Usage", market.Usage, MarketDeployment.Keepsake + Usage(index, usageBond) + Credits(index, market.Usage)),
            ("Requests", market.Requests, MarketDeployment.Keepsake + Pots(index)),
            ("Workers", market.Workers, Stakes(index)),
        ];
        contracts.AddRange(index.List(
            "SELECT symbol, share_token, revenue, claimed FROM datasets ORDER BY id", row => ($"Shares {row.Text()}", row.Address(), row.Money() - row.Money())));
        return new Debts(position, contracts);
    }

    /// <summary>Bonds are given back unless the proposal was rejected, which sends them to the shareholders at once.</summary>
    private static Money Bonds(SqlSession index) => Sum(index.List(
        "SELECT bond FROM proposals WHERE bond_withdrawn = 0 AND state <> $1", row => row.Money(), ProposalState.Rejected));

    /// <summary>What buyers deposited and workers have not settled, and what models earned and nobody has distributed.</summary>
    private static Money Channels(SqlSession index) =>
        Sum(index.List("SELECT deposit, settled FROM channels WHERE state <> $1", row => row.Money() - row.Money(), ChannelState.Closed))
        + Sum(index.List("SELECT earned FROM models", row => row.Money()));

    /// <summary>A bond for whoever posted and one for whoever challenged, and what contributors have not claimed.</summary>
    private static Money Usage(SqlSession index, Money bond) => Sum(index.List(
        "SELECT state, unclaimed FROM usage_postings", row => (State: (UsageState)row.Int(), Unclaimed: row.Money())).Select(posting => posting.State switch
        {
            UsageState.Posted => bond,
            UsageState.Challenged => bond + bond,
            _ => posting.Unclaimed,
        }));

    private static Money Pots(SqlSession index) =>
        Sum(index.List("SELECT pot, paid, refunded FROM requests", row => row.Money() - row.Money() - row.Money()));

    private static Money Credits(SqlSession index, Address contract) =>
        Sum(index.List("SELECT owed FROM contract_credits WHERE contract = $1", row => row.Money(), contract));

    private static Money Stakes(SqlSession index) => Sum(index.List("SELECT stake FROM workers WHERE registered = 1", row => row.Money()));

    private static Money Escrow(SqlSession index)
    {
        var open = Sum(index.List("SELECT pay, dataset_fee FROM jobs WHERE state < $1", row => row.Money() + row.Money(), JobState.Settled));
        var settled = Sum(index.List("SELECT paid FROM jobs WHERE state = $1", row => row.Money(), JobState.Settled));
        var claimed = Sum(index.List("SELECT amount FROM job_payments", row => row.Money()));
        var credits = Sum(index.List("SELECT owed FROM credits", row => row.Money()));
        var kept = Sum(index.List("SELECT usage FROM jobs WHERE usage IS NOT NULL", row => row.Money()));
        return open + settled + credits + kept - claimed;
    }

    private static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, amount) => sum + amount);
}
