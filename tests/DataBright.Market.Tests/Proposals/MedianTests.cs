using DataBright.Market.Proposals;
using DataBright.Market.Trust;

namespace DataBright.Market.Tests.Proposals;

/// <summary>Of several measurements the index shows the one by which the contract mints.</summary>
[Collection(nameof(TestMarket))]
public sealed class MedianTests(TestMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>Equal ends, ends below zero, even numbers: after each posting both have the same.</summary>
    [Theory]
    [InlineData(10_000, -50_000, 2_500, 2_500, -1)]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(-5, -4, -3, -2, -1)]
    [InlineData(5, 4, 3, 2, 1)]
    public async Task After_each_posting_both_have_the_same(params int[] ends)
    {
        Signer anna = await market.PartyAsync(), carl = await market.PartyAsync();
        var (_, referee) = await market.TrustedAsync(TrustedRole.Referee);
        var dataset = await market.DatasetAsync(TestMarket.Policy, anna, (anna, 100));
        var id = await market.Ledger.Proposals.ProposeAsync(dataset.Id, TestMarket.Offer(1_000), carl, Stop);
        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        for (var i = 0; i < ends.Length; i++)
        {
            var job = await market.MeasuredAsync(dataset.Id, id);
            var statement = new EvaluationStatement(
                dataset.Id, id, 900_000, 950_000 + i, ends[i], 900 - i, 100 + i, default, Digest.Of("checkpoint"u8), job,
                await market.NowAsync() + TimeSpan.FromMinutes(30));
            index.Proposals.IsPosted(id, job).ShouldBeFalse();
            await market.Ledger.Proposals.PostEvaluationAsync(market.Ledger.Proposals.Statements.Sign(statement, referee.Key), carl, Stop);

            await index.CatchUpAsync(market.Client, TimeProvider.System, Stop);
            var (kept, shown) = ((await market.Ledger.Proposals.EvaluationAsync(id, Stop)).ShouldNotBeNull(),
                index.Proposals.Find(id)!.Evaluation.ShouldNotBeNull());
            (shown.Job, shown.LowPpm, shown.AfterPpm, shown.Posted).ShouldBe((kept.Job, kept.LowerEnd, kept.AccuracyAfter, kept.Posted));
            (shown.Points + shown.Copies).ShouldBe(1_000);
            index.Proposals.IsPosted(id, job).ShouldBeTrue();
        }
    }
}
