using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Usage;
using DataBright.Node.Rest;
using DataBright.Node.Shares;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>Portfolios of the sample market.</summary>
internal sealed class SamplePortfolios : IPortfolioReader
{
    public Task<Portfolio> ReadAsync(Address holder, CancellationToken stop) =>
        Task.FromResult(holder != Ada ? new Portfolio(holder, Money.Zero, Money.Zero, Money.Zero, [], [], Money.Zero, []) : new Portfolio(
        holder, Money.Parse("81.25"), Money.Parse("212.4"), Money.Parse("12"),
        [new(new(1), "Handwritten digits", "DIGIT", ShareAmount.Parse("4998.3"), new Fraction(470_600), Money.Parse("81.25"),
            Money.Parse("212.4")),
            new(new(2), "Chest X-rays, northern clinics", "XRAY", ShareAmount.Parse("600"), new Fraction(14_500), Money.Zero, Money.Zero)],
        [new(new(9), new(1), "Handwritten digits", Money.Parse("31.5"), UsageState.Posted, Now.AddHours(22), false),
            new(new(8), new(1), "Handwritten digits", Money.Parse("3.75"), UsageState.Final, Now.AddDays(-4), true)],
        Money.Parse("7.6"), [SampleProposals.Proposal(6).Summary])
        { Due = SampleOwed.Due(holder) });
}
