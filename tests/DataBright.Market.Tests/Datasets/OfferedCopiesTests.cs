using System.Buffers.Binary;
using DataBright.Market.Datasets;

namespace DataBright.Market.Tests.Datasets;

/// <summary>What says nothing new is found before an offer is measured, wherever it was taken from.</summary>
public sealed class OfferedCopiesTests
{
    private static readonly DataSchema Schema = new(ElementType.Float32, [4], 2);

    private static readonly Shard Listed = Random(60, 1), HeldOut = Random(40, 2), Fresh = Random(30, 3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void New_points_are_none() => Of(Fresh).ShouldBeEmpty();

    [Fact]
    public void Points_of_the_dataset_and_of_the_held_out_set_are_found_at_their_places()
    {
        Of(Join(Listed.Select([3, 4]), Fresh, Listed.Select([5]))).ShouldBe([0, 1, 32]);
        Of(Join(Fresh, HeldOut)).ShouldBe(Enumerable.Range(30, 40));
        Of(HeldOut).Count.ShouldBe(40, "to offer the held-out set is to offer nothing");
    }

    [Fact]
    public void Of_points_that_are_alike_the_first_counts() =>
        Of(Join(Fresh, Fresh.Select([7, 7]), Fresh)).ShouldBe(Enumerable.Range(30, 32));

    [Theory]
    [InlineData(0.01, true)]
    [InlineData(0.3, false)]
    public void Noise_of_a_hundredth_of_a_deviation_makes_no_new_point(double noise, bool isCopy)
    {
        foreach (var source in (Shard[])[Listed, HeldOut, Fresh])
        {
            var noisy = Noisy(source, noise);
            var copies = source == Fresh ? Of(Join(Fresh, noisy)).Count : Of(noisy).Count;
            if (isCopy) copies.ShouldBeGreaterThan(source.Count * 9 / 10);
            else copies.ShouldBeLessThan(source.Count / 3);
        }
    }

    /// <summary>
    /// Rows of two features lie densely: honest ones are as near to each other as copies with noise, and most of them must count.
    /// </summary>
    [Theory]
    [InlineData(240)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public void Honest_rows_of_a_dense_table_are_mostly_new_and_exact_copies_never(int listed)
    {
        var form = new DataSchema(ElementType.Float32, [2], 2);
        var chance = new Random(11);
        Shard Plane(int count)
        {
            var bytes = new byte[8 * count];
            for (var i = 0; i < 2 * count; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i),
                    (float)(chance.NextDouble() + chance.NextDouble() + chance.NextDouble()));
            return new Shard(form, bytes, new int[count]);
        }

        Shard known = Plane(listed), offered = Plane(200);
        OfferedCopies.Of([known], offered, Stop).Count.ShouldBeLessThan(20);
        OfferedCopies.Of([known], known.Select([.. Enumerable.Range(0, 200)]), Stop).Count.ShouldBe(200);
    }

    [Fact]
    public void Another_label_makes_no_new_point()
    {
        var flipped = new Shard(Schema, Listed.Features, [.. Listed.Labels.Select(label => 1 - label)]);
        Of(flipped).Count.ShouldBe(flipped.Count);
    }

    /// <summary>A sealed shard can say another number of classes; it must not stand in the way of every later measurement.</summary>
    [Fact]
    public void Points_of_a_shard_with_other_classes_are_compared_and_those_of_another_form_are_none()
    {
        var others = new Shard(new DataSchema(ElementType.Float32, [4], 9), Listed.Features, [.. Listed.Labels]);
        OfferedCopies.Of([others], Join(Listed, Fresh), Stop).ShouldBe(Enumerable.Range(0, 60));
        var form = new Shard(new DataSchema(ElementType.Float32, [2], 2), Fresh.Features[..80], new int[10]);
        OfferedCopies.Of([form], Fresh, Stop).ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_dataset_leaves_what_the_offer_repeats() => OfferedCopies.Of([], Join(Fresh, Fresh), Stop).Count.ShouldBe(30);

    [Fact]
    public void How_many_are_found_does_not_depend_on_the_order()
    {
        var offer = Join(Fresh, Noisy(Fresh, 0.02), Noisy(Listed, 0.02), HeldOut);
        var chance = new Random(5);
        var expected = Of(offer).Count;
        expected.ShouldBeInRange(90, 130);
        for (var turn = 0; turn < 5; turn++)
        {
            int[] order = [.. Enumerable.Range(0, offer.Count)];
            chance.Shuffle(order);
            Of(offer.Select(order)).Count.ShouldBe(expected);
        }
    }

    [Fact]
    public void What_is_left_holds_no_copies()
    {
        var offer = Join(Noisy(Fresh, 0.02), Fresh, Listed, Noisy(HeldOut, 0.02));
        var copies = Of(offer);
        Of(offer.Select([.. Enumerable.Range(0, offer.Count).Except(copies)])).ShouldBeEmpty();
    }

    private static IReadOnlyList<int> Of(Shard offer) => OfferedCopies.Of([Listed, HeldOut], offer, Stop);

    private static Shard Random(int count, int seed)
    {
        var chance = new Random(seed);
        return Of([.. Enumerable.Range(0, count * 4).Select(_ => (float)chance.NextDouble())],
            [.. Enumerable.Range(0, count).Select(_ => chance.Next(2))]);
    }

    /// <summary>Noise in parts of the deviation of these values, which is about 0.29.</summary>
    private static Shard Noisy(Shard shard, double part)
    {
        var chance = new Random(9);
        return Of([.. Enumerable.Range(0, shard.Count * 4)
            .Select(place => BinaryPrimitives.ReadSingleLittleEndian(shard.Features.Span[(4 * place)..])
                + (float)(part * 0.29 * (chance.NextDouble() * 2 - 1)))], [.. shard.Labels]);
    }

    private static Shard Of(float[] values, int[] labels)
    {
        var bytes = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return new Shard(Schema, bytes, labels);
    }

    private static Shard Join(params Shard[] parts) =>
        new(Schema, parts.SelectMany(part => part.Features.ToArray()).ToArray(), [.. parts.SelectMany(part => part.Labels)]);
}
