using DataBright.Market.Datasets;

namespace DataBright.Market.Tests.Datasets;

public sealed class PointOrderFirstTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(41)]
    public void The_first_points_of_an_order_are_those_that_it_begins_with(int most)
    {
        var random = new Random(3);
        var features = new byte[40 * 4];
        random.NextBytes(features);
        var shard = new Shard(new DataSchema(ElementType.UInt8, [1, 2, 2], 3), features, [.. Enumerable.Range(0, 40).Select(i => i % 3)]);
        foreach (var seed in (ulong[])[0, 1, ulong.MaxValue])
        {
            var whole = PointOrder.Of(shard, seed, TestContext.Current.CancellationToken);
            PointOrder.First(shard, seed, most).Digests.ShouldBe(whole.Digests.Take(most));
        }
    }
}
