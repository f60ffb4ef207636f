using DataBright.Market.Datasets;

namespace DataBright.Market.Tests.Datasets;

public sealed class HeldOutSplitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_part_is_held_out_by_the_seed_and_both_keep_their_order()
    {
        var all = Shards.Random(50, seed: 3);
        var (first, heldOut) = HeldOutSplit.Of(all, 20, seed: 1, Stop)!.Value;
        (first.Count, heldOut.Count).ShouldBe((40, 10));
        first.Digests.Concat(heldOut.Digests).ShouldBe(all.Digests, ignoreOrder: true);
        foreach (var part in new[] { first, heldOut })
            part.Digests.Select(digest => all.Digests.ToList().IndexOf(digest)).ShouldBeInOrder();
        HeldOutSplit.Of(all, 20, seed: 1, Stop)!.Value.HeldOut.Root.ShouldBe(heldOut.Root);
        HeldOutSplit.Of(all, 20, seed: 2, Stop)!.Value.HeldOut.Root.ShouldNotBe(heldOut.Root);
    }

    [Fact]
    public void The_choice_does_not_depend_on_the_order_of_the_file()
    {
        var all = Shards.Random(50, seed: 3);
        var turned = all.Select([.. Enumerable.Range(0, 50).Reverse()]);
        HeldOutSplit.Of(turned, 20, seed: 1, Stop)!.Value.HeldOut.Digests
            .ShouldBe(HeldOutSplit.Of(all, 20, seed: 1, Stop)!.Value.HeldOut.Digests, ignoreOrder: true);
    }

    [Fact]
    public void Equal_points_are_on_one_side()
    {
        var once = Shards.Random(20, seed: 5);
        var (first, heldOut) = HeldOutSplit.Of(Shards.Join(once, once, once), 30, seed: 1, Stop)!.Value;
        first.Digests.Intersect(heldOut.Digests).ShouldBeEmpty();
        heldOut.Count.ShouldBe(18);
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 1)]
    public void Nothing_on_one_side_is_no_division(int count, int percent) =>
        HeldOutSplit.Of(Shards.Random(count, seed: 1), percent, seed: 1, Stop).ShouldBeNull();
}
