using DataBright.Market.Datasets;

namespace DataBright.Demo;

/// <summary>What one contributor brings.</summary>
/// <param name="Contributor">Who.</param>
/// <param name="Boast">What the contributor says of it.</param>
/// <param name="Truth">What is wrong with it, unknown to the voters; null where nothing is.</param>
/// <param name="Shard">The points.</param>
/// <param name="IsDiscussed">Shareholders talk about it with the contributor before they vote.</param>
internal sealed record Offer(string Contributor, string Boast, string? Truth, Shard Shard, bool IsDiscussed = false);

/// <summary>The sets of points in the story, cut from the training images by a fixed seed so that everyone sees the same story.</summary>
internal sealed record Offers(Shard Founding, IReadOnlyList<Offer> All)
{
    private const int Seed = 2018;
    private const int FoundingPoints = 500;

    public static Offers Cut(ImageSource source)
    {
        var random = new Random(Seed);
        var order = Enumerable.Range(0, source.Train.Count).ToArray();
        random.Shuffle(order);
        var next = 0;
        int[] Take(int count) => order[next..(next += count)];

        var founding = Take(FoundingPoints);
        var good = new Offer("Ada", "1,500 digits, checked twice", null, source.TrainShard(Take(1_500)));
        var flipped = new Offer("Mallory", "2,000 digits, fresh", "half of the labels are wrong",
            source.TrainShard(Take(2_000), Flip(random)), IsDiscussed: true);
        var repeated = new Offer("Oscar", "1,000 digits", "half of the points are in the dataset already",
            source.TrainShard([.. founding, .. Take(500)]));
        var second = new Offer("Grace", "4,000 digits from a second desk", null, source.TrainShard(Take(4_000)));
        return new Offers(source.TrainShard(founding), [good, flipped, repeated, second]);
    }

    /// <summary>Every second label becomes another one.</summary>
    private static Func<int, int> Flip(Random random)
    {
        var at = 0;
        return label => at++ % 2 == 0 ? (label + random.Next(1, ImageSource.Classes)) % ImageSource.Classes : label;
    }
}
