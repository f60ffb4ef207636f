using System.Buffers.Binary;
using System.Security.Cryptography;
using DataBright.Market.Datasets;

namespace DataBright.Market.Tests.Datasets;

public sealed class ShardTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_points_digest_is_the_SHA256_of_its_documented_bytes()
    {
        var schema = new DataSchema(ElementType.UInt8, [1, 2, 3], 10);
        var point = new DataPoint(schema, new byte[] { 9, 8, 7, 6, 5, 4 }, 3);

        byte[] expected =
        [
            .. "DBPT"u8, 1, 1, 3, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 9, 8, 7, 6, 5, 4,
        ];
        point.CanonicalBytes().ShouldBe(expected);
        point.Digest.ToString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(expected)));
    }

    [Fact]
    public void Points_that_differ_in_anything_have_different_digests()
    {
        var bytes = new byte[8];
        DataPoint[] points =
        [
            new(new DataSchema(ElementType.UInt8, [8], 10), bytes, 0),
            new(new DataSchema(ElementType.UInt8, [8], 10), bytes, 1),
            new(new DataSchema(ElementType.UInt8, [2, 4], 10), bytes, 0),
            new(new DataSchema(ElementType.UInt8, [4, 2], 10), bytes, 0),
            new(new DataSchema(ElementType.Float32, [2], 10), bytes, 0),
            new(new DataSchema(ElementType.UInt8, [8], 10), new byte[] { 0, 0, 0, 0, 0, 0, 0, 1 }, 0),
        ];
        points.Select(point => point.Digest).Distinct().Count().ShouldBe(points.Length);
        // The number of classes is the dataset's matter: more classes later do not make old points new ones.
        new DataPoint(new DataSchema(ElementType.UInt8, [8], 99), bytes, 0).Digest.ShouldBe(points[0].Digest);
    }

    [Fact]
    public void A_schema_has_one_text_and_its_hash()
    {
        var schema = new DataSchema(ElementType.UInt8, [1, 28, 28], 10);
        schema.ToJson().ShouldBe("""{"classes":10,"element":"u8","shape":[1,28,28],"version":1}""");
        schema.Hash.ShouldBe(Digest.Of("""{"classes":10,"element":"u8","shape":[1,28,28],"version":1}"""u8));
        schema.ShouldBe(new DataSchema(ElementType.UInt8, [1, 28, 28], 10));
        schema.ShouldNotBe(new DataSchema(ElementType.UInt8, [28, 28], 10));
    }

    [Theory]
    [InlineData(new int[] { }, 10)]
    [InlineData(new[] { 0 }, 10)]
    [InlineData(new[] { -1 }, 10)]
    [InlineData(new[] { 1 << 20, 1 << 20 }, 10)]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue }, 10)]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 10)]
    [InlineData(new[] { 1 }, 0)]
    [InlineData(new[] { 1 }, -1)]
    public void Impossible_schemas_are_refused(int[] shape, int classes) =>
        Should.Throw<ArgumentException>(() => new DataSchema(ElementType.UInt8, shape, classes));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_feature_that_is_no_number_is_refused(float value)
    {
        var features = new byte[8];
        BinaryPrimitives.WriteSingleLittleEndian(features.AsSpan(4), value);
        var schema = new DataSchema(ElementType.Float32, [2], 2);
        Should.Throw<FormatException>(() => new DataPoint(schema, features, 0)).Message.ShouldContain("Feature 1");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    public void A_label_outside_the_classes_is_refused(int label) =>
        Should.Throw<FormatException>(() => new DataPoint(new DataSchema(ElementType.UInt8, [1], 10), new byte[1], label)).Message
            .ShouldContain($"{label}");

    [Fact]
    public void A_shard_needs_points_and_features_for_each()
    {
        var schema = new DataSchema(ElementType.UInt8, [2], 10);
        Should.Throw<FormatException>(() => new Shard(schema, ReadOnlyMemory<byte>.Empty, []));
        Should.Throw<FormatException>(() => new Shard(schema, new byte[3], [1]));
        Should.Throw<FormatException>(() => new Shard(schema, new byte[4], [1, 10]));
    }

    [Fact]
    public void Each_point_is_proved_at_its_place_only()
    {
        var shard = Shards.Random(7, seed: 1);
        for (int i = 0; i < shard.Count; i++)
        {
            Shard.Proves(shard.Root, i, shard.Digests[i], shard.ProofOf(i)).ShouldBeTrue();
            Shard.Proves(shard.Root, (i + 1) % shard.Count, shard.Digests[i], shard.ProofOf(i)).ShouldBeFalse();
        }
    }

    [Fact]
    public void Selected_points_come_in_the_order_named()
    {
        var shard = Shards.Random(10, seed: 2);
        var some = shard.Select([7, 0, 7]);
        some.Digests.ShouldBe([shard.Digests[7], shard.Digests[0], shard.Digests[7]]);
    }

    [Fact]
    public void Duplicates_are_counted_exactly()
    {
        var known = new KnownPoints();
        var old = Shards.Random(100, seed: 3);
        known.Add(old);
        known.Count.ShouldBe(100);

        var fresh = Shards.Random(50, seed: 4);
        var mixed = Shards.Join(fresh, old.Select([5, 6, 6]), fresh.Select([1, 1]));
        known.Compare(mixed).ShouldBe(new Duplicates(InDataset: 3, WithinShard: 2, Points: 55));
        known.Compare(mixed).New.ShouldBe(50);
        known.Compare(fresh).Total.ShouldBe(0);
        known.Count.ShouldBe(100);
    }

    [Fact]
    public async Task A_shard_comes_back_from_its_file()
    {
        foreach (var shard in (Shard[])[Shards.Random(1, 5), Shards.Random(321, 6), Shards.RandomFloats(17, 7)])
        {
            var bytes = ShardFile.ToBytes(shard);
            var back = await ShardFile.ReadAsync(new MemoryStream(bytes), long.MaxValue, Stop);
            back.Schema.ShouldBe(shard.Schema);
            back.Root.ShouldBe(shard.Root);
            ShardFile.ToBytes(back).ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task Every_cut_of_a_file_is_refused_and_so_is_one_byte_more()
    {
        var bytes = ShardFile.ToBytes(Shards.Random(3, 8));
        for (int length = 0; length < bytes.Length; length++)
            await Should.ThrowAsync<FormatException>(() => ShardFile.ReadAsync(new MemoryStream(bytes, 0, length), long.MaxValue, Stop));
        (await Should.ThrowAsync<FormatException>(() => ShardFile.ReadAsync(new MemoryStream([.. bytes, 0]), long.MaxValue, Stop)))
            .Message.ShouldContain("left over");
    }

    [Fact]
    public async Task Random_harm_to_a_file_gives_another_shard_or_a_format_error_and_nothing_else()
    {
        var random = new Random(9);
        var shard = Shards.Random(3, 10);
        var good = ShardFile.ToBytes(shard);
        for (int i = 0; i < 20_000; i++)
        {
            var bytes = good.ToArray();
            for (int harm = random.Next(1, 4); harm > 0; harm--)
                bytes[random.Next(random.Next(2) == 0 ? 32 : bytes.Length)] = (byte)random.Next(256);
            if (bytes.AsSpan().SequenceEqual(good)) continue;
            try
            {
                var other = await ShardFile.ReadAsync(new MemoryStream(bytes), 1 << 20, Stop);
                ShardFile.ToBytes(other).ShouldBe(bytes);
            }
            catch (FormatException)
            {
            }
        }
    }

    [Fact]
    public async Task A_head_that_promises_much_takes_no_memory()
    {
        var head = ShardFile.ToBytes(new Shard(new DataSchema(ElementType.UInt8, [1024, 1024], 2), new byte[1 << 20], [0]))
            .AsSpan(0, 24).ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(20), 2000); // two gigabytes
        long before = GC.GetAllocatedBytesForCurrentThread();
        var reading = ShardFile.ReadAsync(new MemoryStream(head), long.MaxValue, Stop);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before; // before any await, which may go on in another thread
        reading.IsCompleted.ShouldBeTrue();
        taken.ShouldBeLessThan(4 << 20);
        await Should.ThrowAsync<FormatException>(() => reading);
    }

    [Fact]
    public async Task A_shard_above_the_readers_limit_is_refused_before_it_is_read()
    {
        var bytes = ShardFile.ToBytes(Shards.Random(100, 11));
        (await Should.ThrowAsync<FormatException>(() => ShardFile.ReadAsync(new MemoryStream(bytes), 100 * 784 - 1, Stop)))
            .Message.ShouldContain("at most");
    }
}
