using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Rest;

namespace DataBright.Node.Datasets;

/// <summary>What each piece of a dataset, and whoever brought it, did for the models, and earned by it.</summary>
/// <param name="Complete">False where there are more shards, models or payments than were looked at.</param>
public sealed record DatasetImpact(IReadOnlyList<ContributorImpact> Contributors, IReadOnlyList<ShardImpact> Shards, bool Complete);

/// <param name="Gain">What its measured shards brought together; null where nobody measured.</param>
/// <param name="Models">Models whose training job used points of it.</param>
/// <param name="Claimed">Dividends of this dataset that were paid out to it.</param>
/// <param name="Waiting">Dividends that it can claim; null where the chain did not say.</param>
/// <param name="Usage">Paid for the use of its points in jobs.</param>
public sealed record ContributorImpact(
    Address Contributor, int ContributorNumber, int Shards, long Points, Fraction? Gain, int Models, Money Claimed, Money? Waiting,
    Money Usage)
{
    /// <summary>The sum of the lower ends of the gains' 95 % intervals, which shares followed.</summary>
    public Fraction? Low { get; init; }

    public Money Income => Claimed.Plus(Waiting ?? Money.Zero).Plus(Usage);
}

/// <param name="Gain">Accuracy with it, less accuracy without; null where nobody measured.</param>
/// <param name="Models">Models whose training job used it, in ascending order.</param>
public sealed record ShardImpact(int Number, Hash32 Root, Address Contributor, int ContributorNumber, int Points, Fraction? Gain,
    IReadOnlyList<ModelId> Models)
{
    /// <summary>The lower end of the gain's 95 % interval, which shares followed.</summary>
    public Fraction? Low { get; init; }
}
