using DataBright.Market.Datasets;
using DataBright.Node.Offers;

namespace DataBright.Node.Tests.Offers;

/// <summary>What a review lists of a file's labels: enough to see that they are right, however many a stranger's file has.</summary>
public sealed class OfferedClassTests
{
    [Theory]
    [InlineData(3, 3)]
    [InlineData(99, 99)]
    [InlineData(100, 101)]
    [InlineData(5_000, 101)]
    public void A_review_lists_a_hundred_classes_and_says_how_many_points_are_in_others(int labels, int rows)
    {
        var listed = OfferReader.ClassesOf(Labelled(labels), null);
        listed.Count.ShouldBe(rows);
        listed.Sum(row => row.Points).ShouldBe(2 * labels);
        listed[0].Points.ShouldBe(2);
    }

    /// <summary>Two points of each label.</summary>
    private static Shard Labelled(int labels)
    {
        var schema = new DataSchema(ElementType.UInt8, [1], labels);
        return new Shard(schema, new byte[2 * labels], [.. Enumerable.Range(0, 2 * labels).Select(i => i % labels)]);
    }
}
